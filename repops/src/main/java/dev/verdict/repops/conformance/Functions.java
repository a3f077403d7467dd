package dev.verdict.repops.conformance;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// The samples of the elementary functions.
final class Functions {
  /// Of each sign and exponent: the ends, their neighbours, and some between.
  private static final int[] SIGNIFICANDS = {
    0x000000, 0x000001, 0x0a3d71, 0x13cd3a, 0x26e979, 0x3504f3, 0x400000, 0x490fdb, 0x5a8279, 0x7ffffe, 0x7fffff,
  };

  private Functions() {}

  static Sample sample(Opcode function) {
    int[] inputs = IntStream.concat(
        IntStream.range(0, 512).flatMap(signAndExponent ->
            IntStream.of(SIGNIFICANDS).map(significand -> signAndExponent << 23 | significand)),
        hardest(function)).toArray();
    Tensor x = Tensor.zeros(DType.F32, Shape.of(inputs.length));
    for (int i = 0; i < inputs.length; i++) {
      x.setFloat(i, Float.intBitsToFloat(inputs[i]));
    }
    Node node = new Node(function.name(), DType.F32, x.shape(), Shape.scalar(), 0,
        List.of(new Input(new Source.State(0), DType.F32, x.numel(), 0, new long[] {1}, new long[0])),
        List.of(new Instruction(Opcode.LOAD, 0, 0, 0, 0), new Instruction(function, 0, 0, 0, 0)));
    Program program = new Program(
        List.of(new Slot("x", DType.F32, x.shape(), Slot.UNCHANGED)), List.of(), List.of(), List.of(node));
    return new Sample(program, List.of(0), List.of(new Sample.Run(0, 1, List.of(x))));
  }

  /// The inputs whose exact value lies nearest to a rounding boundary.
  private static IntStream hardest(Opcode function) {
    return TestVectors.lines("elementary/" + function.name().toLowerCase(Locale.ROOT) + ".hard.txt").stream()
        .filter(line -> !line.startsWith("#"))
        .mapToInt(line -> Integer.parseUnsignedInt(line.substring(0, 8), 16));
  }
}
