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

  /// The registers it reads, in the order of its fields. GATHER has one, in field b; all others begin with field a.
  public int[] registers() {
    return switch (op) {
      case LOAD, ACC, CONST_F, CONST_I, INDEX, STEP -> new int[0];
      case GATHER -> new int[] {b};
      case SELECT -> new int[] {a, b, c};
      default -> switch (op.operands().size()) {
        case 1 -> new int[] {a};
        case 2 -> new int[] {a, b};
        default -> new int[] {a, b, c};
      };
    };
  }

  /// Whether the fields that the opcode doesn't use are 0, as the one encoding of it has them.
  boolean isCanonical() {
    int fields = switch (op) {
      case ACC, CONST_F, CONST_I, STEP -> 0;
      case LOAD, INDEX -> 1;
      case GATHER -> 2;
      default -> registers().length;
    };
    boolean hasImm = op == Opcode.CONST_F || op == Opcode.CONST_I;
    return (fields > 0 || a == 0) && (fields > 1 || b == 0) && (fields > 2 || c == 0) && (hasImm || imm == 0);
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
