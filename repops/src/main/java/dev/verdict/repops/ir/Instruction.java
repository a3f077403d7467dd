package dev.verdict.repops.ir;

/// One instruction of a body; instruction i defines register i (SPEC §3.1). Fields that the opcode doesn't use are 0.
///
/// @param a 0 to 255: a register, or for LOAD and GATHER an input, for INDEX a dimension
/// @param b 0 to 255: a register
/// @param c 0 to 255: a register
/// @param imm the constant of CONST_F (bits) and CONST_I
public record Instruction(Opcode op, int a, int b, int c, int imm) {
  public Instruction {
    if ((a | b | c) < 0 || a > 255 || b > 255 || c > 255) {
      throw new IllegalArgumentException("operands of " + op + " must be 0 to 255: " + a + " " + b + " " + c);
    }
  }

  /// For example `FMA r0 r1 r2` or `LOAD 1`.
  @Override
  public String toString() {
    return switch (op) {
      case LOAD -> "LOAD " + a;
      case GATHER -> "GATHER " + a + " r" + b;
      case INDEX -> "INDEX " + a;
      case CONST_F -> "CONST_F " + Float.intBitsToFloat(imm);
      case CONST_I -> "CONST_I " + imm;
      case SELECT -> "SELECT r" + a + " r" + b + " r" + c;
      case ACC, STEP -> op.name();
      default -> op + " r" + a + (op.operands().size() > 1 ? " r" + b : "")
          + (op.operands().size() > 2 ? " r" + c : "");
    };
  }
}
