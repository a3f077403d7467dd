package dev.verdict.repops.ir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The instructions of a body; SPEC §3.1.1 gives each one's meaning and operands.
public enum Opcode {
  /// Its type depends on the input.
  LOAD(0x00, null),
  /// Its type depends on the input.
  GATHER(0x01, null),
  /// Its type depends on the node.
  ACC(0x02, null),
  CONST_F(0x03, RegisterType.F32),
  CONST_I(0x04, RegisterType.I64),
  INDEX(0x05, RegisterType.I64),
  STEP(0x06, RegisterType.I64),
  ADD(0x10, RegisterType.F32, RegisterType.F32, RegisterType.F32),
  SUB(0x11, RegisterType.F32, RegisterType.F32, RegisterType.F32),
  MUL(0x12, RegisterType.F32, RegisterType.F32, RegisterType.F32),
  DIV(0x13, RegisterType.F32, RegisterType.F32, RegisterType.F32),
  FMA(0x14, RegisterType.F32, RegisterType.F32, RegisterType.F32, RegisterType.F32),
  SQRT(0x15, RegisterType.F32, RegisterType.F32),
  NEG(0x16, RegisterType.F32, RegisterType.F32),
  ABS(0x17, RegisterType.F32, RegisterType.F32),
  MIN(0x18, RegisterType.F32, RegisterType.F32, RegisterType.F32),
  MAX(0x19, RegisterType.F32, RegisterType.F32, RegisterType.F32),
  EXP(0x1a, RegisterType.F32, RegisterType.F32),
  LOG(0x1b, RegisterType.F32, RegisterType.F32),
  TANH(0x1c, RegisterType.F32, RegisterType.F32),
  ERF(0x1d, RegisterType.F32, RegisterType.F32),
  SIN(0x1e, RegisterType.F32, RegisterType.F32),
  COS(0x1f, RegisterType.F32, RegisterType.F32),
  FLT(0x20, RegisterType.I64, RegisterType.F32, RegisterType.F32),
  FLE(0x21, RegisterType.I64, RegisterType.F32, RegisterType.F32),
  FEQ(0x22, RegisterType.I64, RegisterType.F32, RegisterType.F32),
  ILT(0x23, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  ILE(0x24, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  IEQ(0x25, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  /// Its type depends on registers b and c.
  SELECT(0x26, null),
  IADD(0x30, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  ISUB(0x31, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  IMUL(0x32, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  IDIV(0x33, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  IREM(0x34, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  IAND(0x35, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  IOR(0x36, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  IXOR(0x37, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  ISHL(0x38, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  ISHR(0x39, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  IUSHR(0x3a, RegisterType.I64, RegisterType.I64, RegisterType.I64),
  ITOF(0x40, RegisterType.F32, RegisterType.I64),
  FTOI(0x41, RegisterType.I64, RegisterType.F32),
  BITS_TO_F(0x42, RegisterType.F32, RegisterType.I64),
  F_TO_BITS(0x43, RegisterType.I64, RegisterType.F32);

  private static final @Nullable Opcode[] BY_CODE = new @Nullable Opcode[256];

  static {
    for (Opcode opcode : values()) {
      BY_CODE[opcode.code] = opcode;
    }
  }

  private final int code;
  private final @Nullable RegisterType result;
  private final List<RegisterType> operands;

  Opcode(int code, @Nullable RegisterType result, RegisterType... operands) {
    this.code = code;
    this.result = result;
    this.operands = List.of(operands);
  }

  /// The byte that stands for it in an encoding.
  public int code() {
    return code;
  }

  /// The type of the result, or null where it isn't the same in every body: LOAD, GATHER, ACC and SELECT.
  public @Nullable RegisterType result() {
    return result;
  }

  /// The types of registers a, b, c as far as they are operands; empty for the four of [#result()] that are null.
  public List<RegisterType> operands() {
    return operands;
  }

  /// Whether it is arithmetic on registers alone, with types that are the same in every body.
  public boolean isPlain() {
    return result != null;
  }

  /// Whether it is one of the correctly rounded functions of SPEC §2.3.
  public boolean isElementary() {
    return switch (this) {
      case EXP, LOG, TANH, ERF, SIN, COS -> true;
      default -> false;
    };
  }

  /// The instruction with this code, or null where there is none.
  public static @Nullable Opcode ofCode(int code) {
    return code < 0 || code > 255 ? null : BY_CODE[code];
  }
}
