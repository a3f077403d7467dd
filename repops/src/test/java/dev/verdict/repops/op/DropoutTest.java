package dev.verdict.repops.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Dropout's mask is Philox's words, bit by bit.
class DropoutTest {
  private static final long SEED = 0xfedcba9876543210L;
  private static final int PLACE = 5;

  private record Result(Tensor y, Tensor mask) {
    static Result of(Tensor x, float ratio, long step) {
      GraphBuilder g = new GraphBuilder();
      Dropout d = g.dropout(g.state("x", DType.F32, x.shape()), ratio, SEED, PLACE);
      g.output("y", d.y());
      g.output("mask", d.mask());
      BuiltGraph built = g.build();
      CompiledProgram compiled = new CpuExecutor().compile(built.program());
      compiled.run(step, new StepInputs(List.of(x), List.of(), List.of()), NodeObserver.NONE);
      return new Result(compiled.output(built.output("y")).copy(), compiled.output(built.output("mask")).copy());
    }
  }

  @Test
  void dropout_elements_areKeptByPhiloxWords() {
    Tensor x = GraphCase.random(1, -1, 1, 3, 41);
    for (long step : new long[] {0, 1, 0xffff_ffffL}) {
      Result result = Result.of(x, 0.25f, step);
      for (int i = 0; i < x.numel(); i++) {
        int word = Philox.words(i / 4, 0, (int) step, PLACE, (int) SEED, (int) (SEED >>> 32))[i % 4];
        boolean kept = (word >>> 8) * 0x1p-24f >= 0.25f;
        assertThat(result.mask().getLong(i)).as("step %s, element %s", step, i).isEqualTo(kept ? 1 : 0);
        assertThat(result.y().getFloat(i)).isEqualTo(kept ? x.getFloat(i) * (1f / (1f - 0.25f)) : 0f);
      }
    }
  }

  @Test
  void dropout_manyElements_dropsTheRatio() {
    Tensor ones = Tensor.zeros(DType.F32, Shape.of(40_000));
    for (float ratio : new float[] {0f, 0.1f, 0.5f, 0.9f}) {
      Tensor mask = Result.of(ones, ratio, 7).mask();
      long kept = 0;
      for (int i = 0; i < mask.numel(); i++) {
        kept += mask.getLong(i);
      }
      // Five standard deviations of a binomial are 0.0125 at most.
      assertThat(kept / 40_000.0).isCloseTo(1 - ratio, within(ratio == 0 ? 1e-9 : 0.0125));
    }
  }

  @Test
  void dropout_droppedElement_isZeroWhateverItWas() {
    Tensor x = Tensor.zeros(DType.F32, Shape.of(64));
    for (int i = 0; i < 64; i++) {
      x.setFloat(i, i % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY);
    }
    Result result = Result.of(x, 0.5f, 0);
    for (int i = 0; i < 64; i++) {
      float expected = result.mask().getLong(i) == 0 ? 0f : i % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
      assertThat(Float.floatToRawIntBits(result.y().getFloat(i))).isEqualTo(Float.floatToIntBits(expected));
    }
  }

  @Test
  void dropout_badRatio_isRefused() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(4));
    assertThatThrownBy(() -> g.dropout(x, 1f, 0, 0)).isInstanceOf(InvalidAttributeException.class)
        .hasMessage("Dropout: ratio must be from 0 to below 1, not 1.0");
    assertThatThrownBy(() -> g.dropout(g.cast(x, DType.I32), 0.5f, 0, 0))
        .isInstanceOf(DTypeMismatchException.class);
  }
}
