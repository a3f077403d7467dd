package dev.verdict.repops.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Instructions that operators use as one function of one f32 (SPEC §2.3): they write them into a body, and an executor
/// that finds them there may evaluate them in one go. What counts is the instructions.
public final class Composition {
  private final String name;
  /// In SSA form; the first, a LOAD, stands for the argument.
  private final List<Instruction> instructions;

  Composition(String name, Builder builder) {
    this.name = name;
    this.instructions = List.copyOf(builder.body);
  }

  public String name() {
    return name;
  }

  /// The instructions, each of which reads those before it; the first, a LOAD, stands for the argument, the last is the
  /// result.
  public List<Instruction> instructions() {
    return instructions;
  }

  /// The register x of which register `result` of a body is this function; -1 where it is something else.
  public int argument(List<Instruction> body, int result) {
    int[] registers = new int[instructions.size()];
    Arrays.fill(registers, -1);
    return matches(body, result, instructions.size() - 1, registers) ? registers[0] : -1;
  }

  /// Whether `register` is what instruction `i` of ours computes.
  ///
  /// @param registers for each instruction of ours the register that it was found to be; -1 where none was yet
  private boolean matches(List<Instruction> body, int register, int i, int[] registers) {
    if (registers[i] >= 0 || i == 0) {
      registers[i] = registers[i] < 0 ? register : registers[i];
      return registers[i] == register;
    }
    Instruction ours = instructions.get(i);
    Instruction theirs = body.get(register);
    int[] operands = ours.registers();
    int[] found = theirs.registers();
    boolean same = ours.op() == theirs.op() && ours.imm() == theirs.imm();
    for (int o = 0; same && o < operands.length; o++) {
      same = matches(body, found[o], operands[o], registers);
    }
    registers[i] = register;
    return same;
  }

  @Override
  public String toString() {
    return name;
  }

  /// Writes the instructions; each method appends one, unless it is there already, and gives its register.
  static final class Builder {
    private final List<Instruction> body = new ArrayList<>();

    int argument() {
      return append(new Instruction(Opcode.LOAD, 0, 0, 0, 0));
    }

    int constant(float x) {
      return append(new Instruction(Opcode.CONST_F, 0, 0, 0, Float.floatToRawIntBits(x)));
    }

    int constant(int x) {
      return append(new Instruction(Opcode.CONST_I, 0, 0, 0, x));
    }

    int op(Opcode op, int... r) {
      return append(new Instruction(op, r[0], r.length > 1 ? r[1] : 0, r.length > 2 ? r[2] : 0, 0));
    }

    /// Σ coefficients[k]·x^k in Horner's form: from the last coefficient a chain of fma.
    int polynomial(int x, float... coefficients) {
      int p = constant(coefficients[coefficients.length - 1]);
      for (int k = coefficients.length - 2; k >= 0; k--) {
        p = op(Opcode.FMA, p, x, constant(coefficients[k]));
      }
      return p;
    }

    int size() {
      return body.size();
    }

    private int append(Instruction x) {
      int known = body.indexOf(x);
      if (known >= 0) {
        return known;
      }
      body.add(x);
      return body.size() - 1;
    }
  }
}
