package dev.verdict.repops.conformance;

import static dev.verdict.repops.conformance.Operand.floats;

import dev.verdict.repops.op.Adam;
import dev.verdict.repops.op.AdamW;
import dev.verdict.repops.op.GradientClipping;
import dev.verdict.repops.op.LearningRate;
import dev.verdict.repops.op.Momentum;
import dev.verdict.repops.op.Optimizer;
import dev.verdict.repops.op.Sgd;
import java.util.List;

/// Three steps of each optimiser on two parameters with given gradients: every slot's next value counts.
final class OptimizerCases {
  private OptimizerCases() {}

  static List<OperatorCase> all() {
    return List.of(
        optimizer("Sgd", "p' = fma(−rate, g, p)", Sgd.of(0.1f)),
        optimizer("Momentum", "v' = fma(μ, v, g), p' = fma(−rate, v', p)", Momentum.of(0.1f, 0.9f)),
        optimizer("Sgd, weight decay", "p' = fma(−rate, fma(λ, p, g), p)",
            new Sgd(LearningRate.constant(0.1f), 0.01f)),
        optimizer("Momentum, Nesterov, weight decay",
            "g' = fma(λ, p, g), v' = fma(μ, v, g'), p' = fma(−rate, fma(μ, v', g'), p)",
            new Momentum(LearningRate.constant(0.1f), 0.9f, true, 0.01f)),
        optimizer("Adam", "Kingma and Ba 2015, algorithm 1", Adam.of(0.01f)),
        optimizer("Adam, weight decay", "the same with fma(λ, p, g) for g",
            new Adam(LearningRate.constant(0.01f), 0.9f, 0.999f, 1e-8f, 0.1f)),
        optimizer("GradientClipping", "g · min(1, maxNorm / (√Σ Σ g·g + 1e-6)), then Sgd",
            new GradientClipping(0.5f, Sgd.of(0.1f))),
        optimizer("AdamW", "Loshchilov and Hutter 2019, algorithm 2", AdamW.of(0.01f)),
        OperatorCase.of("LearningRate, constant").formula("rate").takes(floats(1).held())
            .computes((g, x) -> LearningRate.constant(0.1f).node(g)),
        OperatorCase.of("LearningRate, linear").formula("warm-up, then fma(p, last − rate, rate)").steps(9)
            .takes(floats(1).held()).computes((g, x) -> LearningRate.linear(0.1f, 2, 7, 0.01f).node(g)),
        OperatorCase.of("LearningRate, cosine").formula("warm-up, then fma(rate − last, 0.5 · (1 + cos(π · p)), last)")
            .steps(9).takes(floats(1).held()).computes((g, x) -> LearningRate.cosine(0.1f, 2, 7, 0.01f).node(g)),
        OperatorCase.of("LearningRate, step").formula("rate · exp(⌊t / every⌋ · log(factor))").steps(9)
            .takes(floats(1).held()).computes((g, x) -> LearningRate.step(0.1f, 3, 0.1f).node(g)),
        OperatorCase.of("LearningRate, warm-up").formula("rate · min(1, (t + 1) / warmup)").steps(5)
            .takes(floats(1).held()).computes((g, x) -> LearningRate.warmup(0.1f, 3).node(g)));
  }

  private static OperatorCase optimizer(String name, String formula, Optimizer optimizer) {
    return OperatorCase.of(name).formula(formula).steps(3)
        .takes(floats(5, 7), floats(3), floats(5, 7), floats(3))
        .computesAll((g, x) -> {
          optimizer.update(g, List.of("x0", "x1"), x.subList(0, 2), x.subList(2, 4));
          return List.of();
        });
  }
}
