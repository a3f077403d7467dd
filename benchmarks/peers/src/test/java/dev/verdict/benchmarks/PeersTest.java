package dev.verdict.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.benchmarks.Benchmark.Peer;
import dev.verdict.benchmarks.peers.Main;
import dev.verdict.repops.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each library computes what we do, on a small workload of every kind: what it doesn't is what the documentation says.
class PeersTest {
  private static final List<Workload> SMALL = List.of(
      new Workload.MatMul("matmul", 7, 5, 9, false, false),
      new Workload.MatMul("matmul A'B", 7, 5, 9, true, false),
      new Workload.MatMul("matmul AB'", 7, 5, 9, false, true),
      new Workload.Map(Workload.Function.EXP, 100),
      new Workload.Map(Workload.Function.GELU, 100),
      new Workload.Rowwise(Workload.RowFunction.SOFTMAX, 4, 33),
      new Workload.Rowwise(Workload.RowFunction.LAYERNORM, 4, 33),
      new Workload.Conv("conv", 2, 3, 8, 4, 3, 1, 1, false),
      new Workload.Conv("conv/2", 2, 3, 8, 4, 3, 2, 1, false),
      // As many channels as are measured: with 3 or 4, ND4J's gradient for the images is another one.
      new Workload.Conv("conv with gradients", 2, 64, 8, 64, 3, 1, 1, true),
      new Workload.Attention(2, 9, 8),
      new Workload.Training(TrainedModel.MLP),
      new Workload.Training(TrainedModel.CNN));

  private static final Map<String, List<String>> NOT_OFFERED = Map.of(
      "onnxruntime", List.of("conv with gradients", "training step mlp 784-256-256-10, batch 128",
          "training step cnn 16-32 on 28x28, batch 64"),
      "nd4j", List.of("gelu 100", "attention causal 2x9x8"),
      "pytorch", List.of());

  static List<String> names() {
    return Main.peers().stream().map(Peer::name).toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void prepare_workloadOfEveryKind_computesWhatWeDo(String name) throws Exception {
    Engine engine = load(Main.peers().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow());
    List<String> notOffered = new ArrayList<>();
    for (Workload workload : SMALL) {
      List<Tensor> operands = Benchmark.operands(workload);
      try (Contender ours = new VerdictEngine(1).prepare(workload, operands);
          Contender theirs = engine.prepare(workload, operands)) {
        Benchmark.requireClose(Benchmark.firstResult(ours), Benchmark.firstResult(theirs));
      } catch (NotOfferedException e) {
        assertThat(e).as(workload.name()).hasMessageNotContaining("computes something else");
        notOffered.add(workload.name());
      }
    }
    assertThat(notOffered).isEqualTo(NOT_OFFERED.get(name));
  }

  private static Engine load(Peer peer) throws Exception {
    try {
      return peer.loader().load(1);
    } catch (LinkageError e) {
      return Assumptions.abort(peer.name() + " has no native half for this platform: " + e.getMessage());
    }
  }
}
