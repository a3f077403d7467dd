package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramValidator;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Programs whose strides and offsets go to the ends of 64 bits: LOADs mostly read +0, yet nodes mustn't be grouped as if
/// they stayed in their slices.
class ExtremeStridesTest {
  private static final long OUTER = 64;
  private static final long INNER = 4;
  private static final long NUMEL = OUTER * INNER;
  private static final Shape SHAPE = Shape.of(OUTER, INNER);
  private static final Set<Integer> LAST = Set.of(2);
  private static final long[] EXTREMES = {
      0, 1, 4, 5, -1, -4, NUMEL, 1L << 61, 1L << 62, -(1L << 61), -(1L << 62), Long.MAX_VALUE, Long.MIN_VALUE,
      Long.MAX_VALUE / 2, Long.MAX_VALUE / 3, Long.MIN_VALUE / 3, -1 - (1L << 62), (1L << 62) + 5};

  /// Flat index 4·o + 2^62 + 5 − 2^62·i. Three times the stride is 2^62 where it wraps, so that all seem to be beyond
  /// 2^62, and the last of them below 0; but those of i = 1 are 4·o + 5, in the next slice.
  private static final Input WRAPS = input(new Source.NodeOutput(0), (1L << 62) + 5, INNER, -(1L << 62));

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_reachThatWraps_equalsReference(Parity.Path path) {
    for (Source source : List.of(new Source.NodeOutput(0), new Source.State(0))) {
      Input wraps = input(source, WRAPS.offset(), WRAPS.outStrides());
      for (Input third : List.of(own(new Source.NodeOutput(0)), own(new Source.State(0)), wraps)) {
        Program program = program(wraps, third);
        assertThat(ProgramValidator.violations(program)).isEmpty();
        assertThat(Parity.firstDifference(path.executor(), sample(program, 1), LAST)).as("%s %s", wraps, third)
            .isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_anyExtremes_equalsReference(Parity.Path path) {
    Random random = new Random(3);
    int valid = 0;
    while (valid < 150) {
      Program program = program(any(random), any(random));
      if (ProgramValidator.violations(program).isEmpty()) {
        valid++;
        assertThat(Parity.firstDifference(path.executor(), sample(program, valid), LAST)).as("%s", program).isEmpty();
      }
    }
  }

  @Test
  void readsOwnSlice_reachThatWraps_no() {
    Node node = program(WRAPS, WRAPS).nodes().get(1);
    Slice slice = Slice.of(node, OUTER).orElseThrow();
    assertThat(slice.readsOwnSlice(0, INNER)).isTrue();
    assertThat(slice.readsOwnSlice(1, INNER)).isFalse();
    assertThat(slice.canBeOutside(0)).isTrue();
    assertThat(slice.canBeOutside(1)).isFalse();
  }

  private static Input any(Random random) {
    Source source = random.nextBoolean() ? new Source.NodeOutput(0) : new Source.State(0);
    long outer = random.nextInt(3) == 0 ? extreme(random) : INNER;
    return input(source, extreme(random) + random.nextInt(6), outer, extreme(random));
  }

  private static long extreme(Random random) {
    return EXTREMES[random.nextInt(EXTREMES.length)];
  }

  private static Input own(Source source) {
    return input(source, 0, INNER, 1);
  }

  private static Input input(Source source, long offset, long... strides) {
    return new Input(source, DType.F32, NUMEL, offset, strides, new long[0]);
  }

  /// x + x, then y + what `second` reads, then z + what `third` reads.
  private static Program program(Input second, Input third) {
    return new Program(List.of(new Slot("x", DType.F32, SHAPE, Slot.UNCHANGED)), List.of(), List.of(),
        List.of(sum(own(new Source.State(0)), own(new Source.State(0))), sum(own(new Source.NodeOutput(0)), second),
            sum(own(new Source.NodeOutput(1)), third)));
  }

  private static Node sum(Input a, Input b) {
    return new Node("Add", DType.F32, SHAPE, Shape.of(), 0, List.of(a, b), List.of(
        new Instruction(Opcode.LOAD, 0, 0, 0, 0), new Instruction(Opcode.LOAD, 1, 0, 0, 0),
        new Instruction(Opcode.ADD, 0, 1, 0, 0)));
  }

  private static RandomPrograms.Sample sample(Program program, long seed) {
    Random random = new Random(seed);
    Tensor x = Tensor.zeros(DType.F32, SHAPE);
    for (long i = 0; i < NUMEL; i++) {
      x.setFloat(i, (float) random.nextGaussian());
    }
    return new RandomPrograms.Sample(seed, program, new StepInputs(List.of(x), List.of(), List.of()));
  }
}
