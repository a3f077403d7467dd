package dev.verdict.repops.exec;

import dev.verdict.repops.DType;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.math.Arithmetic;
import dev.verdict.repops.math.Cos;
import dev.verdict.repops.math.Erf;
import dev.verdict.repops.math.Exp;
import dev.verdict.repops.math.Log;
import dev.verdict.repops.math.Sin;
import dev.verdict.repops.math.Tanh;
import java.util.List;

/// Evaluates the body of one node (SPEC §3.1.1), instruction by instruction: the definition of every opcode, and what
/// the chain does once at the end of a dispute.
///
/// A register is a `long`: an i64, or the zero-extended bits of an f32 whose NaN is canonical. Keeps its registers
/// between evaluations, so it serves one thread at a time.
public final class BodyInterpreter {
  /// Where LOAD and GATHER read.
  @FunctionalInterface
  public interface Operands {
    /// Element `flatIndex` of the tensor that input `input` views, as a register (see
    /// [dev.verdict.repops.Tensor#getRegister(long)]). Called only for indices within the tensor, in the order in which
    /// the instructions are executed.
    long load(int input, long flatIndex);

    /// Reads from `tensors`, one for each of the node's inputs.
    static Operands of(List<Tensor> tensors) {
      Tensor[] array = tensors.toArray(Tensor[]::new);
      return (input, flatIndex) -> array[input].getRegister(flatIndex);
    }
  }

  private final Node node;
  private final Instruction[] body;
  private final Input[] inputs;
  private final long[] numel;
  private final int outRank;
  private final long[] registers;

  /// For the body of `node`, which must be valid.
  public BodyInterpreter(Node node) {
    this.node = node;
    this.body = node.body().toArray(Instruction[]::new);
    this.inputs = node.inputs().toArray(Input[]::new);
    this.numel = node.inputs().stream().mapToLong(Input::numel).toArray();
    this.outRank = node.out().rank();
    this.registers = new long[body.length];
  }

  public Node node() {
    return node;
  }

  /// A register as it is after being stored in a tensor of `dtype` and loaded again (SPEC §3.1): f32 with NaN made
  /// canonical; the low 32 bits, sign-extended; the low 8 bits, zero-extended.
  public static long stored(DType dtype, long register) {
    return switch (dtype) {
      case F32 -> bits(Float.intBitsToFloat((int) register));
      case I32 -> (int) register;
      case U8 -> register & 0xff;
    };
  }

  /// Runs the body once: step `step`, the element at `outIndex`, the position at `redIndex`, and the accumulator before
  /// it, which a node without a fold ignores. The result is stored in the node's dtype and loaded again.
  public long evaluate(long step, long[] outIndex, long[] redIndex, long acc, Operands operands) {
    long[] r = registers;
    for (int i = 0; i < body.length; i++) {
      Instruction in = body[i];
      int a = in.a();
      int b = in.b();
      int c = in.c();
      r[i] = switch (in.op()) {
        case LOAD -> read(a, inputs[a].flatIndex(outIndex, redIndex), operands);
        case GATHER -> read(a, r[b], operands);
        case ACC -> acc;
        case CONST_F -> bits(Float.intBitsToFloat(in.imm()));
        case CONST_I -> in.imm();
        case INDEX -> a < outRank ? outIndex[a] : redIndex[a - outRank];
        case STEP -> step;

        case ADD -> bits(Arithmetic.add(f32(r[a]), f32(r[b])));
        case SUB -> bits(Arithmetic.sub(f32(r[a]), f32(r[b])));
        case MUL -> bits(Arithmetic.mul(f32(r[a]), f32(r[b])));
        case DIV -> bits(Arithmetic.div(f32(r[a]), f32(r[b])));
        case FMA -> bits(Arithmetic.fma(f32(r[a]), f32(r[b]), f32(r[c])));
        case SQRT -> bits(Arithmetic.sqrt(f32(r[a])));
        case NEG -> bits(Arithmetic.neg(f32(r[a])));
        case ABS -> bits(Arithmetic.abs(f32(r[a])));
        case MIN -> bits(Arithmetic.min(f32(r[a]), f32(r[b])));
        case MAX -> bits(Arithmetic.max(f32(r[a]), f32(r[b])));
        case EXP -> bits(Exp.exp(f32(r[a])));
        case LOG -> bits(Log.log(f32(r[a])));
        case TANH -> bits(Tanh.tanh(f32(r[a])));
        case ERF -> bits(Erf.erf(f32(r[a])));
        case SIN -> bits(Sin.sin(f32(r[a])));
        case COS -> bits(Cos.cos(f32(r[a])));

        case FLT -> Arithmetic.flt(f32(r[a]), f32(r[b]));
        case FLE -> Arithmetic.fle(f32(r[a]), f32(r[b]));
        case FEQ -> Arithmetic.feq(f32(r[a]), f32(r[b]));
        case ILT -> Arithmetic.ilt(r[a], r[b]);
        case ILE -> Arithmetic.ile(r[a], r[b]);
        case IEQ -> Arithmetic.ieq(r[a], r[b]);
        // Of either type: both registers hold what they hold.
        case SELECT -> Arithmetic.select(r[a], r[b], r[c]);

        case IADD -> Arithmetic.iadd(r[a], r[b]);
        case ISUB -> Arithmetic.isub(r[a], r[b]);
        case IMUL -> Arithmetic.imul(r[a], r[b]);
        case IDIV -> Arithmetic.idiv(r[a], r[b]);
        case IREM -> Arithmetic.irem(r[a], r[b]);
        case IAND -> Arithmetic.iand(r[a], r[b]);
        case IOR -> Arithmetic.ior(r[a], r[b]);
        case IXOR -> Arithmetic.ixor(r[a], r[b]);
        case ISHL -> Arithmetic.ishl(r[a], r[b]);
        case ISHR -> Arithmetic.ishr(r[a], r[b]);
        case IUSHR -> Arithmetic.iushr(r[a], r[b]);

        case ITOF -> bits(Arithmetic.itof(r[a]));
        case FTOI -> Arithmetic.ftoi(f32(r[a]));
        case BITS_TO_F -> bits(Arithmetic.bitsToF(r[a]));
        case F_TO_BITS -> Arithmetic.fToBits(f32(r[a]));
      };
    }
    return stored(node.dtype(), r[r.length - 1]);
  }

  private long read(int input, long flatIndex, Operands operands) {
    if (flatIndex < 0 || flatIndex >= numel[input]) {
      return 0;
    }
    return stored(inputs[input].dtype(), operands.load(input, flatIndex));
  }

  private static float f32(long register) {
    return Float.intBitsToFloat((int) register);
  }

  private static long bits(float value) {
    return Float.floatToIntBits(value) & 0xffff_ffffL;
  }
}
