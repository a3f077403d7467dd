package dev.verdict.repops.testing;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.RegisterType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Makes bodies that type-check, of every opcode.
final class RandomBodies {
  private static final List<Opcode> PLAIN = Arrays.stream(Opcode.values())
      .filter(op -> op.isPlain() && !op.operands().isEmpty())
      .toList();

  private final Random random;
  private final DType dtype;
  private final int dimensions;
  private final boolean hasFold;
  private final List<Input> inputs;
  private final List<Instruction> body = new ArrayList<>();
  private final List<RegisterType> types = new ArrayList<>();

  private RandomBodies(Random random, DType dtype, int dimensions, boolean hasFold, List<Input> inputs) {
    this.random = random;
    this.dtype = dtype;
    this.dimensions = dimensions;
    this.hasFold = hasFold;
    this.inputs = inputs;
  }

  /// A body for a node of this dtype with `dimensions` output and reduction dimensions together, of at most
  /// `maxLength` ≥ 8 instructions.
  static List<Instruction> make(
      Random random, DType dtype, int dimensions, boolean hasFold, List<Input> inputs, int maxLength) {
    return new RandomBodies(random, dtype, dimensions, hasFold, inputs).make(maxLength);
  }

  private List<Instruction> make(int maxLength) {
    for (int i = 0; i < inputs.size() && body.size() < maxLength / 2; i++) {
      if (random.nextInt(8) != 0) {
        emit(Opcode.LOAD, i, 0, 0, 0, RegisterType.of(inputs.get(i).dtype()));
      }
    }
    if (hasFold && random.nextInt(8) != 0) {
      emit(Opcode.ACC, 0, 0, 0, 0, RegisterType.of(dtype));
    }
    if (body.isEmpty() || random.nextInt(3) == 0) {
      leaf();
    }
    int length = Math.min(maxLength - 2, body.size() + 1 + random.nextInt(maxLength));
    while (body.size() < length) {
      switch (random.nextInt(12)) {
        case 0 -> leaf();
        case 1 -> gather();
        case 2 -> select();
        default -> plain(PLAIN.get(random.nextInt(PLAIN.size())));
      }
    }
    store();
    return List.copyOf(body);
  }

  private int emit(Opcode op, int a, int b, int c, int imm, RegisterType type) {
    body.add(new Instruction(op, a, b, c, imm));
    types.add(type);
    return body.size() - 1;
  }

  private void leaf() {
    switch (random.nextInt(5)) {
      case 0 -> emit(Opcode.CONST_I, 0, 0, 0, (int) EdgeValues.anyLong(random), RegisterType.I64);
      case 1 -> emit(Opcode.STEP, 0, 0, 0, 0, RegisterType.I64);
      case 2 -> {
        if (dimensions > 0) {
          emit(Opcode.INDEX, random.nextInt(dimensions), 0, 0, 0, RegisterType.I64);
        }
      }
      default ->
        emit(Opcode.CONST_F, 0, 0, 0, Float.floatToIntBits(EdgeValues.anyFloat(random)), RegisterType.F32);
    }
  }

  private void gather() {
    int index = pick(RegisterType.I64);
    if (inputs.isEmpty() || index < 0) {
      return;
    }
    int input = random.nextInt(inputs.size());
    long numel = inputs.get(input).numel();
    if (random.nextInt(4) != 0 && numel < Integer.MAX_VALUE) {
      // Mostly within the tensor, and half the time on its other side: below 0.
      int size = emit(Opcode.CONST_I, 0, 0, 0, (int) numel, RegisterType.I64);
      index = emit(Opcode.IREM, index, size, 0, 0, RegisterType.I64);
    }
    emit(Opcode.GATHER, input, index, 0, 0, RegisterType.of(inputs.get(input).dtype()));
  }

  private void select() {
    int condition = pick(RegisterType.I64);
    RegisterType type = random.nextBoolean() ? RegisterType.F32 : RegisterType.I64;
    int b = pick(type);
    int c = pick(type);
    if (condition >= 0 && b >= 0 && c >= 0) {
      emit(Opcode.SELECT, condition, b, c, 0, type);
    }
  }

  private void plain(Opcode op) {
    int[] operands = new int[3];
    for (int o = 0; o < op.operands().size(); o++) {
      operands[o] = pick(op.operands().get(o));
      if (operands[o] < 0) {
        leaf();
        return;
      }
    }
    RegisterType result = op.result();
    if (result != null) {
      emit(op, operands[0], operands[1], operands[2], 0, result);
    }
  }

  private void store() {
    RegisterType due = RegisterType.of(dtype);
    if (body.isEmpty()) {
      emit(Opcode.STEP, 0, 0, 0, 0, RegisterType.I64);
    }
    int last = body.size() - 1;
    if (types.get(last) != due) {
      boolean bits = random.nextInt(3) == 0;
      Opcode op = due == RegisterType.F32
          ? bits ? Opcode.BITS_TO_F : Opcode.ITOF
          : bits ? Opcode.F_TO_BITS : Opcode.FTOI;
      emit(op, last, 0, 0, 0, due);
    }
  }

  /// A register of this type, a late one rather than an early one; −1 where there is none.
  private int pick(RegisterType type) {
    for (int tries = 0; tries < 6 && !types.isEmpty(); tries++) {
      int back = Math.min(random.nextInt(types.size()), random.nextInt(types.size()));
      int register = types.size() - 1 - back;
      if (types.get(register) == type) {
        return register;
      }
    }
    return types.lastIndexOf(type);
  }
}
