package dev.verdict.repops.op;

import dev.verdict.repops.ir.ExpMinus;
import dev.verdict.repops.ir.FastExp;
import dev.verdict.repops.ir.NormalDistribution;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.RegisterType;

/// A register of a body under construction, f32 or i64. Each method appends one instruction (SPEC §3.1.1) to the
/// node's body, unless the same one is there already, and gives its register. Mixing types throws
/// [IllegalArgumentException].
public final class Scalar implements Index {
  private final NodeBuilder node;
  private final int register;
  private final RegisterType type;

  Scalar(NodeBuilder node, int register, RegisterType type) {
    this.node = node;
    this.register = register;
    this.type = type;
  }

  NodeBuilder node() {
    return node;
  }

  int register() {
    return register;
  }

  RegisterType type() {
    return type;
  }

  private boolean isFloat() {
    return type == RegisterType.F32;
  }

  /// ADD or IADD.
  public Scalar plus(Scalar b) {
    return node.emit(isFloat() ? Opcode.ADD : Opcode.IADD, this, b);
  }

  /// SUB or ISUB.
  public Scalar minus(Scalar b) {
    return node.emit(isFloat() ? Opcode.SUB : Opcode.ISUB, this, b);
  }

  /// MUL or IMUL.
  public Scalar times(Scalar b) {
    return node.emit(isFloat() ? Opcode.MUL : Opcode.IMUL, this, b);
  }

  /// DIV or IDIV, which truncates.
  public Scalar over(Scalar b) {
    return node.emit(isFloat() ? Opcode.DIV : Opcode.IDIV, this, b);
  }

  /// FMA: this · b + c, rounded once.
  public Scalar timesPlus(Scalar b, Scalar c) {
    return node.emit(Opcode.FMA, this, b, c);
  }

  /// IREM.
  public Scalar rem(Scalar b) {
    return node.emit(Opcode.IREM, this, b);
  }

  /// IAND.
  public Scalar and(Scalar b) {
    return node.emit(Opcode.IAND, this, b);
  }

  /// IOR.
  public Scalar or(Scalar b) {
    return node.emit(Opcode.IOR, this, b);
  }

  /// IXOR.
  public Scalar xor(Scalar b) {
    return node.emit(Opcode.IXOR, this, b);
  }

  /// IUSHR, by the low 6 bits of `b`.
  public Scalar shiftedRight(Scalar b) {
    return node.emit(Opcode.IUSHR, this, b);
  }

  /// MIN; for integers ILT and SELECT.
  public Scalar min(Scalar b) {
    return isFloat() ? node.emit(Opcode.MIN, this, b) : b.lessThan(this).choose(b, this);
  }

  /// MAX; for integers ILT and SELECT.
  public Scalar max(Scalar b) {
    return isFloat() ? node.emit(Opcode.MAX, this, b) : lessThan(b).choose(b, this);
  }

  /// FLT or ILT.
  public Scalar lessThan(Scalar b) {
    return node.emit(isFloat() ? Opcode.FLT : Opcode.ILT, this, b);
  }

  /// FLE or ILE.
  public Scalar atMost(Scalar b) {
    return node.emit(isFloat() ? Opcode.FLE : Opcode.ILE, this, b);
  }

  /// FEQ or IEQ.
  public Scalar equalTo(Scalar b) {
    return node.emit(isFloat() ? Opcode.FEQ : Opcode.IEQ, this, b);
  }

  /// SELECT: `ifTrue` where this i64 isn't 0, else `ifFalse`.
  public Scalar choose(Scalar ifTrue, Scalar ifFalse) {
    return node.emitSelect(this, ifTrue, ifFalse);
  }

  /// NEG; for integers 0 − this.
  public Scalar negated() {
    return isFloat() ? node.emit(Opcode.NEG, this) : node.constant(0L).minus(this);
  }

  /// ABS; for integers a choice of this and 0 − this.
  public Scalar abs() {
    return isFloat() ? node.emit(Opcode.ABS, this) : lessThan(node.constant(0L)).choose(negated(), this);
  }

  /// SQRT.
  public Scalar sqrt() {
    return node.emit(Opcode.SQRT, this);
  }

  /// EXP.
  public Scalar exp() {
    return node.emit(Opcode.EXP, this);
  }

  /// e^x, by the arithmetic of [FastExp].
  public Scalar fastExp() {
    return node.emit(FastExp.COMPOSITION, this);
  }

  /// e^x for this x ≤ 0, by the arithmetic of [ExpMinus].
  public Scalar expMinus() {
    return node.emit(ExpMinus.COMPOSITION, this);
  }

  /// Φ(x), the standard normal distribution's, by the arithmetic of [NormalDistribution].
  public Scalar normalCdf() {
    return node.emit(NormalDistribution.CDF, this);
  }

  /// x·Φ(x), by the arithmetic of [NormalDistribution].
  public Scalar gelu() {
    return node.emit(NormalDistribution.GELU, this);
  }

  /// LOG.
  public Scalar log() {
    return node.emit(Opcode.LOG, this);
  }

  /// TANH.
  public Scalar tanh() {
    return node.emit(Opcode.TANH, this);
  }

  /// ERF.
  public Scalar erf() {
    return node.emit(Opcode.ERF, this);
  }

  /// SIN.
  public Scalar sin() {
    return node.emit(Opcode.SIN, this);
  }

  /// COS.
  public Scalar cos() {
    return node.emit(Opcode.COS, this);
  }

  /// ITOF; an f32 is itself.
  public Scalar toFloat() {
    return isFloat() ? this : node.emit(Opcode.ITOF, this);
  }

  /// FTOI; an i64 is itself.
  public Scalar toInteger() {
    return isFloat() ? node.emit(Opcode.FTOI, this) : this;
  }
}
