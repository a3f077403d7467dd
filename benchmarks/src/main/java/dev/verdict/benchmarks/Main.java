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
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Measures every workload with one number of threads: `Main THREADS PATTERN SECONDS CLOCK`. On standard output a JSON
/// document a line: the machine's peak first, then each result as soon as it is there.
public final class Main {
  private static final ObjectMapper JSON = JsonMapper.shared();
  private static final long SEED = 42;
  private static final int COMPARED = 1000;
  /// So that what steps of training did to the parameters shows in the loss.
  private static final int FIRST_RUNS = 3;
  /// Of the largest element compared: far more than any library's error, far less than another operation's.
  private static final double TOLERANCE = 1e-3;

  private final int threads;
  private final long budgetNanos;
  private final Clock clock;
  private final List<Engine> peers = new ArrayList<>();
  private final Map<String, String> absent = new LinkedHashMap<>();

  private Main(int threads, double seconds, Clock clock) {
    this.threads = threads;
    this.clock = clock;
    this.budgetNanos = (long) (seconds * 1e9);
  }

  public static void main(String[] args) throws Exception {
    Main main = new Main(Integer.parseInt(args[0]), Double.parseDouble(args[2]), Clock.valueOf(args[3]));
    Pattern only = Pattern.compile(args[1]);
    main.peak();
    main.load("onnxruntime", () -> new OnnxRuntimeEngine(main.threads));
    main.load("nd4j", Nd4jEngine::new);
    main.load("jdk-sha256", () -> new JdkEngine(main.threads));
    main.load("pytorch", () -> new PyTorchEngine(main.threads));
    for (Workload workload : Workloads.all()) {
      if (only.matcher(workload.name()).find()) {
        main.measure(workload);
      }
    }
    // Some peers leave threads behind.
    System.exit(0);
  }

  private void peak() throws Exception {
    try (FmaPeak peak = new FmaPeak(threads)) {
      Rounds rounds = Rounds.of(List.of(peak), budgetNanos / 2, watch(true));
      System.out.println(
          JSON.createObjectNode().put("threads", threads).put("fmaPeakGflops", peak.work() / rounds.median(0)));
    }
  }

  private Rounds.Stopwatch watch(boolean callersAlone) {
    return new Rounds.Stopwatch(clock, threads, callersAlone && threads == 1);
  }

  private void load(String name, Callable<Engine> engine) {
    try {
      peers.add(engine.call());
    } catch (Exception | LinkageError e) {
      absent.put(name, reason(e));
    }
    for (Canary canary : Canary.all()) {
      if (canary.state() == Canary.State.WRONG) {
        throw new IllegalStateException("with " + name + " loaded: " + canary.name() + ": " + canary.remedy());
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
      for (Engine peer : peers) {
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

  private static float[] firstResult(Contender contender) throws Exception {
    for (int i = 0; i < FIRST_RUNS; i++) {
      contender.run();
    }
    return contender.result(COMPARED);
  }

  private static void requireClose(float[] ours, float[] theirs) {
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
    System.out.println(json);
  }

  /// Standard normal numbers, the same in every process.
  private static List<Tensor> operands(Workload workload) {
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
