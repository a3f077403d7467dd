package dev.verdict.repops.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/// Optimisers against their papers' formulas in binary64, on the loss Σ (c/2)·p² whose gradient is c·p; schedules
/// against theirs.
class OptimizersTest {
  private static final double[] CURVATURE = {1, 4, 0.25, 2};
  private static final double[] START = {0.5, -1.25, 2, 0.75};
  private static final int STEPS = 12;
  private static final double RATE = 0.1f;

  /// One step of an optimiser in binary64.
  @FunctionalInterface
  private interface Rule {
    /// @param t from 0
    /// @param p all parameters, to be moved
    void apply(int t, double[] p, double[] g);
  }

  /// The parameters after some steps: three in one tensor, the fourth in another.
  private static float[] trained(Optimizer optimizer) {
    GraphBuilder g = new GraphBuilder();
    Value p = g.state("p", DType.F32, Shape.of(3));
    Value q = g.state("q", DType.F32, Shape.scalar());
    Value a = g.state("a", DType.F32, Shape.of(3));
    Value b = g.state("b", DType.F32, Shape.scalar());
    Value loss = g.mul(g.literal(0.5f),
        g.add(g.reduceSum(g.mul(a, g.mul(p, p)), false), g.mul(b, g.mul(q, q))));
    optimizer.update(g, List.of("p", "q"), List.of(p, q), Gradients.gradients(loss, List.of(p, q)));
    BuiltGraph built = g.build();
    List<Tensor> states = new ArrayList<>(built.initialStates(0));
    states.set(0, GraphCase.floats(GraphCase.dims(3), START[0], START[1], START[2]));
    states.set(1, GraphCase.floats(GraphCase.dims(), START[3]));
    states.set(2, GraphCase.floats(GraphCase.dims(3), CURVATURE[0], CURVATURE[1], CURVATURE[2]));
    states.set(3, GraphCase.floats(GraphCase.dims(), CURVATURE[3]));
    CompiledProgram compiled = new ReferenceExecutor().compile(built.program());
    for (int t = 0; t < STEPS; t++) {
      compiled.run(t, new StepInputs(states, List.of(), List.of()), NodeObserver.NONE);
      for (int s = 0; s < states.size(); s++) {
        int next = built.program().slots().get(s).next();
        if (next != Slot.UNCHANGED) {
          states.set(s, compiled.output(next).copy());
        }
      }
    }
    return new float[] {states.get(0).getFloat(0), states.get(0).getFloat(1), states.get(0).getFloat(2),
        states.get(1).getFloat(0)};
  }

  private static void assertFollows(Optimizer optimizer, Rule rule) {
    double[] p = START.clone();
    for (int t = 0; t < STEPS; t++) {
      double[] g = new double[p.length];
      for (int i = 0; i < p.length; i++) {
        g[i] = CURVATURE[i] * p[i];
      }
      rule.apply(t, p, g);
    }
    float[] actual = trained(optimizer);
    for (int i = 0; i < p.length; i++) {
      assertThat((double) actual[i]).as("%s, parameter %s", optimizer, i).isCloseTo(p[i], within(4e-6));
    }
  }

  @Test
  void sgd_severalSteps_followsTheFormula() {
    assertFollows(Sgd.of(0.1f), (t, p, g) -> each(p, i -> p[i] - RATE * g[i]));
    assertFollows(new Sgd(LearningRate.constant(0.1f), 0.5f), (t, p, g) -> each(p,
        i -> p[i] - RATE * (g[i] + 0.5 * p[i])));
  }

  @Test
  void momentum_severalSteps_followsOnnx() {
    double[] v = new double[4];
    assertFollows(Momentum.of(0.1f, 0.75f), (t, p, g) -> each(p, i -> {
      v[i] = 0.75 * v[i] + g[i];
      return p[i] - RATE * v[i];
    }));
    double[] w = new double[4];
    assertFollows(new Momentum(LearningRate.constant(0.1f), 0.75f, true, 0.5f), (t, p, g) -> each(p, i -> {
      double regularised = g[i] + 0.5 * p[i];
      w[i] = 0.75 * w[i] + regularised;
      return p[i] - RATE * (regularised + 0.75 * w[i]);
    }));
  }

  @Test
  void adam_severalSteps_followsThePapers() {
    assertFollows(new Adam(LearningRate.constant(0.1f), 0.75f, 0.875f, 1e-8f, 0f), adam(0, 0));
    assertFollows(new Adam(LearningRate.constant(0.1f), 0.75f, 0.875f, 1e-8f, 0.5f), adam(0.5, 0));
    assertFollows(new AdamW(LearningRate.constant(0.1f), 0.75f, 0.875f, 1e-8f, 0.5f), adam(0, 0.5));
  }

  private static Rule adam(double added, double decoupled) {
    double[] m = new double[4];
    double[] v = new double[4];
    return (t, p, gradient) -> each(p, i -> {
      double g = gradient[i] + added * p[i];
      m[i] = 0.75 * m[i] + 0.25 * g;
      v[i] = 0.875 * v[i] + 0.125 * g * g;
      double direction = m[i] / (1 - Math.pow(0.75, t + 1))
          / (Math.sqrt(v[i] / (1 - Math.pow(0.875, t + 1))) + 1e-8);
      return p[i] * (1 - RATE * decoupled) - RATE * direction;
    });
  }

  @Test
  void gradientClipping_largeAndSmallGradients_boundsTheirNorm() {
    int[] clipped = new int[1];
    assertFollows(new GradientClipping(1.5f, Sgd.of(0.1f)), (t, p, g) -> {
      double norm = Math.sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2] + g[3] * g[3]);
      clipped[0] += norm > 1.5 ? 1 : 0;
      double scale = Math.min(1, 1.5 / (norm + 1e-6));
      each(p, i -> p[i] - RATE * scale * g[i]);
    });
    assertThat(clipped[0]).isBetween(2, STEPS - 2);
    assertThatThrownBy(() -> new GradientClipping(0, Sgd.of(1f))).isInstanceOf(InvalidAttributeException.class)
        .hasMessage("GradientClipping: maxNorm must be above 0, not 0.0");
  }

  private static void each(double[] p, IntToDoubleFunction next) {
    for (int i = 0; i < p.length; i++) {
      p[i] = next.applyAsDouble(i);
    }
  }

  private static float rate(LearningRate schedule, long step) {
    GraphBuilder g = new GraphBuilder();
    g.state("unused", DType.F32, Shape.scalar());
    g.output("rate", schedule.node(g));
    BuiltGraph built = g.build();
    CompiledProgram compiled = new ReferenceExecutor().compile(built.program());
    compiled.run(step, new StepInputs(built.initialStates(0), List.of(), List.of()), NodeObserver.NONE);
    return compiled.output(built.output("rate")).getFloat(0);
  }

  @Test
  void schedules_everyPhase_followTheirFormulas() {
    LearningRate linear = LearningRate.linear(0.5f, 4, 20, 0.25f);
    LearningRate cosine = LearningRate.cosine(0.5f, 4, 20, 0.125f);
    LearningRate falling = LearningRate.step(0.5f, 3, 0.1f);
    for (int t = 0; t < 25; t++) {
      double p = Math.min(1, (t - 4) / 16.0);
      double warm = 0.5 * (t + 1) / 4;
      assertThat((double) rate(linear, t)).isCloseTo(t < 4 ? warm : 0.5 - 0.25 * p, within(1e-7));
      assertThat((double) rate(cosine, t)).isCloseTo(
          t < 4 ? warm : 0.125 + 0.375 * (0.5 + 0.5 * Math.cos(Math.PI * p)), within(1e-7));
      double stepped = 0.5 * Math.pow(0.1, t / 3);
      assertThat((double) rate(falling, t)).isCloseTo(stepped, within(stepped * 3e-6));
    }
    assertThat(rate(cosine, 4)).isEqualTo(0.5f);
    assertThat(rate(cosine, 20)).isEqualTo(0.125f);
    assertThat(rate(linear, 1L << 31)).isEqualTo(0.25f);
    assertThat(rate(falling, 2)).isEqualTo(0.5f);
    assertThat(rate(LearningRate.cosine(0.5f, 0, 20, 0f), 0)).isEqualTo(0.5f);
    assertThatThrownBy(() -> LearningRate.linear(0.5f, 4, 4, 0f)).isInstanceOf(InvalidAttributeException.class)
        .hasMessageContaining("steps must be above the warm-up's");
    assertThatThrownBy(() -> LearningRate.step(0.5f, 0, 1f)).isInstanceOf(InvalidAttributeException.class);
    assertThatThrownBy(() -> LearningRate.warmup(0.5f, -5)).isInstanceOf(InvalidAttributeException.class)
        .hasMessage("LearningRate: steps of warm-up must be at least 1, not -5");
    assertThatThrownBy(() -> LearningRate.constant(Float.NaN)).isInstanceOf(InvalidAttributeException.class)
        .hasMessage("LearningRate: rate must be finite, not NaN");
    assertThatThrownBy(() -> LearningRate.cosine(0.5f, 0, 20, Float.POSITIVE_INFINITY))
        .isInstanceOf(InvalidAttributeException.class);
  }
}
