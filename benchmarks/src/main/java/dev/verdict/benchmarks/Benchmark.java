package dev.verdict.benchmarks;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.conformance.Canary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Measures every workload with one number of threads: arguments `THREADS PATTERN SECONDS CLOCK`. What it tells is a
/// JSON document each: the machine's peak first, then each result as soon as it is there. Where the pattern is in no
/// name, all names, and nothing is measured.
public final class Benchmark {
  private static final ObjectMapper JSON = JsonMapper.shared();
  private static final long SEED = 42;
  private static final int COMPARED = 1000;
  /// So that what steps of training did to the parameters shows in the loss.
  private static final int FIRST_RUNS = 3;
  /// Of the largest element compared: far more than any library's error, far less than another operation's.
  private static final double TOLERANCE = 1e-3;

  /// A library to measure.
  ///
  /// @param loader throws where this machine lacks it
  public record Peer(String name, Loader loader) {}

  /// Loads a library.
  @FunctionalInterface
  public interface Loader {
    /// @param threads that it may use
    Engine load(int threads) throws Exception;
  }

  private final int threads;
  private final long budgetNanos;
  private final Clock clock;
  private final Consumer<ObjectNode> out;
  private final List<Engine> engines = new ArrayList<>();
  private final Map<String, String> absent = new LinkedHashMap<>();

  Benchmark(int threads, double seconds, Clock clock, Consumer<ObjectNode> out) {
    this.threads = threads;
    this.clock = clock;
    this.budgetNanos = (long) (seconds * 1e9);
    this.out = out;
  }

  /// @param peers in the order in which they are loaded
  public static void run(String[] args, List<Peer> peers, Consumer<ObjectNode> out) throws Exception {
    Benchmark benchmark =
        new Benchmark(Integer.parseInt(args[0]), Double.parseDouble(args[2]), Clock.valueOf(args[3]), out);
    Pattern only = Pattern.compile(args[1]);
    List<Workload> chosen = Workloads.all().stream().filter(w -> only.matcher(w.name()).find()).toList();
    if (chosen.isEmpty()) {
      ObjectNode names = JSON.createObjectNode();
      ArrayNode cases = names.putArray("cases");
      Workloads.all().forEach(w -> cases.add(w.name()));
      out.accept(names);
      return;
    }
    benchmark.measure(chosen, peers);
  }

  void measure(List<Workload> workloads, List<Peer> peers) throws Exception {
    peak();
    peers.forEach(this::load);
    load(new Peer("jdk-sha256", JdkEngine::new));
    for (Workload workload : workloads) {
      measure(workload);
    }
  }

  private void peak() throws Exception {
    try (FmaPeak peak = new FmaPeak(threads)) {
      Rounds rounds = Rounds.of(List.of(peak), budgetNanos / 2, watch(true));
      out.accept(JSON.createObjectNode().put("threads", threads).put("fmaPeakGflops", peak.work() / rounds.median(0)));
    }
  }

  private Rounds.Stopwatch watch(boolean callersAlone) {
    return new Rounds.Stopwatch(clock, threads, callersAlone && threads == 1);
  }

  private void load(Peer peer) {
    try {
      engines.add(peer.loader().load(threads));
    } catch (Exception | LinkageError e) {
      absent.put(peer.name(), reason(e));
    }
    for (Canary canary : Canary.all()) {
      if (canary.state() == Canary.State.WRONG) {
        throw new IllegalStateException("with " + peer.name() + " loaded: " + canary.name() + ": " + canary.remedy());
      }
    }
  }

  private static String reason(Throwable e) {
    return (e instanceof NotOfferedException ? "" : e.getClass().getSimpleName() + ": ")
        + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private void measure(Workload workload) throws Exception {
    List<Tensor> operands = operands(workload);
    Map<String, String> skipped = new LinkedHashMap<>(absent);
    List<String> names = new ArrayList<>();
    List<Contender> contenders = new ArrayList<>();
    try {
      contenders.add(new VerdictEngine(threads).prepare(workload, operands));
      names.add(VerdictEngine.NAME);
      float[] expected = firstResult(contenders.getFirst());
      for (Engine peer : engines) {
        try {
          contenders.add(peer.prepare(workload, operands));
          requireClose(expected, firstResult(contenders.getLast()));
          names.add(peer.name());
        } catch (Exception | LinkageError e) {
          if (!reason(e).isEmpty()) {
            skipped.put(peer.name(), reason(e));
          }
          if (contenders.size() > names.size()) {
            contenders.removeLast().close();
          }
        }
      }
      FmaPeak peak = null;
      if (workload.isProduct()) {
        peak = new FmaPeak(threads);
        contenders.add(peak);
      }
      report(workload, names, skipped, Rounds.of(contenders, budgetNanos, watch(workload.isCallersAlone())), peak);
    } finally {
      for (Contender contender : contenders) {
        contender.close();
      }
    }
  }

  static float[] firstResult(Contender contender) throws Exception {
    for (int i = 0; i < FIRST_RUNS; i++) {
      contender.run();
    }
    return contender.result(COMPARED);
  }

  /// Throws [NotOfferedException] where a peer's numbers aren't ours, to its own accuracy.
  static void requireClose(float[] ours, float[] theirs) {
    double largest = 0;
    for (float x : ours) {
      largest = Math.max(largest, Math.abs(x));
    }
    if (ours.length != theirs.length) {
      throw new NotOfferedException("computes something else: " + theirs.length + " numbers, ours " + ours.length);
    }
    for (int i = 0; i < ours.length; i++) {
      // A NaN isn't close either.
      if (!(Math.abs(ours[i] - theirs[i]) <= TOLERANCE * largest)) {
        throw new NotOfferedException("computes something else: element " + i + " is " + theirs[i] + ", ours "
            + ours[i]);
      }
    }
  }

  private void report(
      Workload workload, List<String> names, Map<String, String> skipped, Rounds rounds, @Nullable FmaPeak peak) {
    ObjectNode json = JSON.createObjectNode().put("name", workload.name()).put("threads", threads)
        .put("unit", workload.unit()).put("ours", workload.work() / rounds.median(0));
    ObjectNode rates = json.putObject("peers");
    for (int i = 1; i < names.size(); i++) {
      rates.put(names.get(i), workload.work() / rounds.median(i));
    }
    OptionalInt fastest = rounds.fastest(1, names.size());
    if (fastest.isPresent()) {
      json.put("ratio", rounds.ratio(0, fastest.getAsInt()));
    } else {
      json.putNull("ratio");
    }
    if (peak != null) {
      json.put("ofFmaPeak", rounds.ratio(0, names.size()) * workload.work() / peak.work());
    }
    json.put("rounds", rounds.count());
    ObjectNode reasons = json.putObject("skipped");
    skipped.forEach(reasons::put);
    out.accept(json);
  }

  /// Standard normal numbers, the same in every process.
  static List<Tensor> operands(Workload workload) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Tensor> operands = new ArrayList<>();
    for (Shape shape : workload.operands()) {
      Tensor t = Tensor.zeros(DType.F32, shape);
      for (long i = 0; i < t.numel(); i++) {
        t.setFloat(i, (float) random.nextGaussian());
      }
      operands.add(t);
    }
    return operands;
  }
}
