package dev.verdict.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.benchmarks.Benchmark.Peer;
import dev.verdict.repops.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is told of a few small workloads, beside peers that are made up.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BenchmarkTest {
  private static final Workload PRODUCT = new Workload.MatMul("product", 16, 16, 16, false, false);
  private static final Workload MAP = new Workload.Map(Workload.Function.EXP, 100);
  private static final Workload COMMITMENT = new Workload.Commitment(1);

  private final List<ObjectNode> documents = new ArrayList<>();
  /// By peer: how often it ran the product, and how often it was closed.
  private final Map<String, Integer> runs = new TreeMap<>();
  private final Map<String, Integer> closed = new TreeMap<>();

  @BeforeAll
  void measure() throws Exception {
    new Benchmark(1, 0.001, Clock.WALL, documents::add).measure(List.of(PRODUCT, MAP, COMMITMENT), List.of(
        new Peer("missing", threads -> {
          throw new UnsatisfiedLinkError("no native half\nof this platform");
        }),
        peer("right", y -> y),
        peer("wrong", y -> {
          y[y.length - 1] += 1;
          return y;
        }),
        peer("nan", y -> {
          y[0] = Float.NaN;
          return y;
        }),
        peer("short", y -> Arrays.copyOf(y, y.length - 1)),
        peer("failing", y -> {
          throw new IllegalStateException("no result");
        })));
  }

  /// Takes the product alone, and makes of our result what `change` says.
  private Peer peer(String name, UnaryOperator<float[]> change) {
    return new Peer(name, threads -> new Engine() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Contender prepare(Workload workload, List<Tensor> operands) throws Exception {
        if (workload != PRODUCT) {
          throw new NotOfferedException(workload == MAP ? "has no exp" : "");
        }
        Contender ours = new VerdictEngine(threads).prepare(workload, operands);
        return new Contender() {
          @Override
          public void run() throws Exception {
            runs.merge(name, 1, Integer::sum);
            ours.run();
          }

          @Override
          public float[] result(int count) throws Exception {
            return change.apply(ours.result(count));
          }

          @Override
          public void close() {
            closed.merge(name, 1, Integer::sum);
          }
        };
      }
    });
  }

  private ObjectNode of(Workload workload) {
    return documents.stream().filter(d -> d.path("name").asString("").equals(workload.name())).findFirst().orElseThrow();
  }

  @Test
  void measure_atFirst_tellsThePeak() {
    assertThat(documents).hasSize(4);
    assertThat(documents.getFirst().propertyNames()).containsExactly("threads", "fmaPeakGflops");
    assertThat(documents.getFirst().get("fmaPeakGflops").asDouble()).isPositive();
  }

  /// As docs/benchmarks.md has it: results [{name, threads, unit, ours, peers {name: value}, ratio, …}].
  @Test
  void measure_aProduct_tellsTheDocumentedFields() {
    ObjectNode product = of(PRODUCT);
    assertThat(product.propertyNames()).containsExactly(
        "name", "threads", "unit", "ours", "peers", "ratio", "ofFmaPeak", "rounds", "skipped");
    assertThat(product.get("threads").asInt()).isEqualTo(1);
    assertThat(product.get("unit").asString()).isEqualTo("GFLOP/s");
    for (String rate : List.of("ours", "ratio", "ofFmaPeak")) {
      assertThat(product.get(rate).asDouble()).as(rate).isPositive();
    }
    assertThat(product.get("rounds").asInt()).isBetween(5, 41);
    assertThat(product.get("peers").propertyNames()).containsExactly("right");
    assertThat(product.at("/peers/right").asDouble()).isPositive();
  }

  @Test
  void measure_peerThatComputesSomethingElse_isNotMeasured() {
    JsonNode skipped = of(PRODUCT).get("skipped");
    assertThat(skipped.get("wrong").asString()).startsWith("computes something else: element 255 is ");
    assertThat(skipped.get("nan").asString()).startsWith("computes something else: element 0 is NaN");
    assertThat(skipped.get("short").asString()).isEqualTo("computes something else: 255 numbers, ours 256");
    assertThat(skipped.get("failing").asString()).isEqualTo("IllegalStateException: no result");
    assertThat(runs.get("right")).isGreaterThan(10);
    for (String name : List.of("wrong", "nan", "short", "failing")) {
      assertThat(runs).as("only compared").containsEntry(name, 3);
    }
  }

  @Test
  void measure_whoeverWasPrepared_isClosedOnce() {
    assertThat(closed).hasSize(5).allSatisfy((name, times) -> assertThat(times).as(name).isEqualTo(1));
  }

  @Test
  void measure_peerThatCannotBeLoaded_isSkippedEverywhereByTheFirstLineOfItsReason() {
    for (Workload workload : List.of(PRODUCT, MAP, COMMITMENT)) {
      assertThat(of(workload).at("/skipped/missing").asString()).isEqualTo("UnsatisfiedLinkError: no native half");
    }
  }

  /// No ratio without a peer, and none to the FMA peak where nothing is multiplied.
  @Test
  void measure_nothingToCompareWith_hasNoRatio() {
    ObjectNode map = of(MAP);
    assertThat(map.propertyNames())
        .containsExactly("name", "threads", "unit", "ours", "peers", "ratio", "rounds", "skipped");
    assertThat(map.get("ratio").isNull()).isTrue();
    assertThat(map.get("peers")).isEmpty();
    assertThat(map.at("/skipped/right").asString()).isEqualTo("has no exp");
  }

  /// What has nothing to say about a workload isn't mentioned.
  @Test
  void measure_commitment_isHeldAgainstTheJdksHashing() {
    ObjectNode commitment = of(COMMITMENT);
    assertThat(commitment.get("peers").propertyNames()).containsExactly("jdk-sha256");
    assertThat(commitment.get("skipped").propertyNames()).containsExactly("missing");
    assertThat(commitment.get("ratio").asDouble()).isPositive();
  }

  @Test
  void run_patternInNoName_tellsAllNamesAndMeasuresNothing() throws Exception {
    List<ObjectNode> told = new ArrayList<>();
    Peer unwanted = new Peer("unwanted", threads -> {
      throw new AssertionError("loaded");
    });
    Benchmark.run(new String[] {"1", "^list$", "1", "WALL"}, List.of(unwanted), told::add);
    assertThat(told).singleElement().satisfies(document -> {
      assertThat(document.propertyNames()).containsExactly("cases");
      assertThat(document.get("cases").valueStream().map(JsonNode::asString))
          .containsExactlyElementsOf(Workloads.all().stream().map(Workload::name).toList());
    });
  }

  @Test
  void requireClose_smallDifference_isALibrarysOwnAccuracy() {
    float[] ours = {1000, 1};
    assertThatCode(() -> Benchmark.requireClose(ours, new float[] {1000.5f, 1.5f})).doesNotThrowAnyException();
    assertThatThrownBy(() -> Benchmark.requireClose(ours, new float[] {1000, 2.5f}))
        .isInstanceOf(NotOfferedException.class).hasMessage("computes something else: element 1 is 2.5, ours 1.0");
    assertThatCode(() -> Benchmark.requireClose(new float[2], new float[2])).doesNotThrowAnyException();
  }

  /// Every process measures the same numbers.
  @Test
  void operands_again_areTheSame() {
    List<Tensor> once = Benchmark.operands(PRODUCT);
    List<Tensor> again = Benchmark.operands(PRODUCT);
    assertThat(once).hasSize(2);
    assertThat(once.get(0).sameBits(again.get(0)) && once.get(1).sameBits(again.get(1))).isTrue();
    assertThat(once.get(0).sameBits(once.get(1))).isFalse();
  }
}
