package dev.verdict.cli;

import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.console.Output;
import dev.verdict.cli.console.Progress;
import dev.verdict.cli.console.Table;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `verdict bench`: the executor beside the libraries that promise no bits, one process for each number of threads.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Compares this executor's speed with ND4J, ONNX Runtime and PyTorch on the same inputs.",
      "A ratio above 1 means faster than the fastest of them. Run it on an idle machine. The first time it builds"
          + " itself.",
      "Cases: matmul, exp, gelu, softmax, layernorm, conv, attention, commitment, training step, in several sizes; a"
          + " pattern that none of them has, such as --only list, lists them all."
    })
final class BenchCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = JsonMapper.shared();

  @Mixin private Output output = new Output();

  @Option(names = "--only", paramLabel = "PATTERN",
      description = "What has this regular expression in its name, for example 'matmul|softmax'.")
  private String only = "";

  @Option(names = "--threads", paramLabel = "N", split = ",",
      description = "Numbers of threads; default: 1 and all processors.")
  private List<Integer> threads = List.of();

  @Option(names = "--seconds", paramLabel = "S",
      description = "How long to measure each case, warm-up not counted; default: ${DEFAULT-VALUE}.")
  private double seconds = 4;

  /// As the benchmarks know them.
  private enum Clock {
    wall,
    cpu
  }

  @Option(names = "--clock", paramLabel = "CLOCK", description = {
    "wall, or cpu: processor time a thread, for a machine with other work on it; default: ${DEFAULT-VALUE}."})
  private Clock clock = Clock.wall;

  @Override
  public Integer call() throws InterruptedException {
    requireOptions();
    Path home = home();
    Progress progress = Progress.toStandardError(false);
    run(new ProcessBuilder(home.resolve("scripts/build-benchmarks").toString()), "building the benchmarks");
    ObjectNode json = Output.document();
    ObjectNode machine = json.putObject("machine").put("cpu", cpu())
        .put("processors", Runtime.getRuntime().availableProcessors())
        .put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    machine.put("clock", clock.name());
    ObjectNode peaks = machine.putObject("fmaPeakGflops");
    ArrayNode results = json.putArray("results");
    for (int count : numbers()) {
      progress.say("verdict: " + count + (count == 1 ? " thread" : " threads"));
      measure(home, count, line -> {
        if (line.has("cases")) {
          throw new InputException("no case of the benchmarks has '" + only + "' in its name; there are "
              + String.join(", ", line.get("cases").valueStream().map(JsonNode::asString).toList()));
        }
        if (line.has("fmaPeakGflops")) {
          peaks.set(Integer.toString(count), line.get("fmaPeakGflops"));
        } else {
          results.add(line);
          progress.say("  " + line.get("name").asString() + "  " + rate(line.get("ours")) + " "
              + line.get("unit").asString() + ", ratio " + rate(line.get("ratio")));
        }
      });
    }
    output.print(json, text(machine, results));
    return ExitCode.DONE;
  }

  private void requireOptions() {
    try {
      Pattern.compile(only);
    } catch (PatternSyntaxException e) {
      throw new InputException("--only '" + only + "' is no regular expression: " + e.getDescription());
    }
    for (int count : threads) {
      if (count < 1 || count > 1024) {
        throw new InputException("--threads must be 1 to 1024, not " + count);
      }
    }
    if (!(seconds > 0 && seconds <= 600)) {
      throw new InputException("--seconds must be above 0 and at most 600, not " + seconds);
    }
  }

  private static Path home() {
    String home = System.getProperty("verdict.home");
    if (home == null || !Files.isRegularFile(Path.of(home, "scripts", "build-benchmarks"))) {
      throw new InputException("the benchmarks are built from their sources: run ./verdict bench in the repository");
    }
    return Path.of(home);
  }

  private SequencedSet<Integer> numbers() {
    return new TreeSet<>(threads.isEmpty() ? List.of(1, Runtime.getRuntime().availableProcessors()) : threads);
  }

  /// A processor's name where the system tells it.
  private static String cpu() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines.filter(l -> l.startsWith("model name")).findFirst()
          .map(l -> l.substring(l.indexOf(':') + 1).strip()).orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  /// The kernels that suit this processor: ND4J's OpenBLAS is older than many and takes slow ones for those it doesn't
  /// know (measured: 50 GFLOP/s instead of 220).
  private static Optional<String> openBlasCore() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      String flags = lines.filter(l -> l.startsWith("flags")).findFirst().orElse("") + " ";
      return flags.contains(" avx512dq ") ? Optional.of("SkylakeX")
          : flags.contains(" avx2 ") ? Optional.of("Haswell") : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// What is told of each line.
  private interface Lines {
    void read(JsonNode line);
  }

  private void measure(Path home, int count, Lines lines) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:Tier3DelayOn=100000",
        "-XX:PerMethodTrapLimit=5000", "-XX:+UseG1GC",
        "-Xmx4g", "-XX:ActiveProcessorCount=" + count,
        // The caller is one of them; by default a single processor gets a worker besides.
        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=" + (count - 1), "-cp",
        home.resolve("benchmarks/peers/target/classes") + ":" + home.resolve("benchmarks/peers/target/lib/*"),
        "dev.verdict.benchmarks.peers.Main", Integer.toString(count), only, Double.toString(seconds),
        clock.name().toUpperCase(Locale.ROOT));
    Map<String, String> environment = builder.environment();
    // A preset like OPENBLAS_CORETYPE=Haswell halves a peer: each gets the machine as it is.
    environment.keySet().removeIf(name -> name.startsWith("OPENBLAS_") || name.startsWith("MKL_"));
    openBlasCore().ifPresent(core -> environment.put("OPENBLAS_CORETYPE", core));
    for (String name : List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")) {
      environment.put(name, Integer.toString(count));
    }
    Path errors = home.resolve("benchmarks/peers/target/stderr.log");
    Process process = start(builder.redirectError(errors.toFile()));
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      // Native libraries print what they like.
      in.lines().filter(l -> l.startsWith("{")).forEach(l -> lines.read(JSON.readTree(l)));
    } catch (IOException e) {
      throw new InputException("the benchmarks' output ended: " + e.getMessage());
    } finally {
      process.destroy();
    }
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      throw new InputException("the benchmarks with " + count + " threads ended with exit code " + exitCode
          + ": see benchmarks/peers/target/stderr.log");
    }
  }

  private static void run(ProcessBuilder builder, String what) throws InterruptedException {
    int exitCode = start(builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)).waitFor();
    if (exitCode == ExitCode.RETRY) {
      throw new DownloadFailedException(what + " failed, as something couldn't be fetched; the lines above say what");
    }
    if (exitCode != 0) {
      throw new InputException(what + " failed with exit code " + exitCode + "; the lines above say why");
    }
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new InputException(builder.command().getFirst() + " can't be run: " + e.getMessage());
    }
  }

  private static String text(ObjectNode machine, ArrayNode results) {
    TreeSet<String> peers = new TreeSet<>();
    TreeMap<String, TreeSet<String>> skipped = new TreeMap<>();
    for (JsonNode result : results) {
      peers.addAll(result.get("peers").propertyNames());
      for (String peer : result.get("skipped").propertyNames()) {
        skipped.computeIfAbsent(peer + ": " + result.get("skipped").get(peer).asString(), k -> new TreeSet<>())
            .add(result.get("name").asString());
      }
    }
    List<String> header = new ArrayList<>(List.of("case", "threads", "unit", "ours"));
    header.addAll(peers);
    header.addAll(List.of("ratio", "of FMA peak"));
    Table table = new Table(header.toArray(new String[0]));
    for (JsonNode result : results) {
      List<Object> row = new ArrayList<>(List.of(result.get("name").asString(), result.get("threads").asInt(),
          result.get("unit").asString(), rate(result.get("ours"))));
      for (String peer : peers) {
        row.add(rate(result.get("peers").get(peer)));
      }
      row.add(rate(result.get("ratio")));
      row.add(rate(result.get("ofFmaPeak")));
      table.row(row.toArray());
    }
    StringBuilder text = new StringBuilder(machine.get("cpu").asString()).append(", ")
        .append(machine.get("clock").asString()).append(" clock, FMA peak in GFLOP/s by threads: ")
        .append(machine.get("fmaPeakGflops")).append("\n\n").append(table).append('\n');
    skipped.forEach((why, cases) -> text.append(why).append(" (").append(String.join(", ", cases)).append(")\n"));
    return text.toString();
  }

  private static String rate(@Nullable JsonNode number) {
    return number == null || number.isNull() ? "" : String.format(Locale.ROOT, number.asDouble() < 10 ? "%.3f" : "%.1f",
        number.asDouble());
  }
}
