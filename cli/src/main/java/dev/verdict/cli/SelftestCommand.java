package dev.verdict.cli;

import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.console.Output;
import dev.verdict.cli.console.Progress;
import dev.verdict.cli.console.Table;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.conformance.Canary;
import dev.verdict.repops.conformance.Catalogue;
import dev.verdict.repops.conformance.Entry;
import dev.verdict.repops.conformance.Exhaustive;
import dev.verdict.repops.conformance.PublishedDigests;
import dev.verdict.repops.conformance.Selftest;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.math.BlockChecksum;
import dev.verdict.repops.math.Elementary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `verdict selftest`: whether this machine gives the right bits.
@Command(
    name = "selftest",
    mixinStandardHelpOptions = true,
    description = {
      "Shows whether this machine gives the right bits.",
      "Every instruction, elementary function and operator on fixed inputs, one digest each against the published one."
          + " Exit code 3 where one differs."
    })
final class SelftestCommand implements Callable<Integer> {
  private static final int SHOWN_DIGITS = 16;

  @Mixin private Output output = new Output();

  @Option(names = "--executor", paramLabel = "NAME", description = "This executor alone; default: all of them.")
  private @Nullable String only;

  @Option(names = "--exhaustive", description = {
    "Also each elementary function on all 2^32 inputs, by its definition and in vectors: minutes on all processors."})
  private boolean exhaustive;

  @Option(names = "--published", paramLabel = "FILE", description = {
    "Compare with the digests in this file (as testdata/conformance.txt) instead of those that are built in."})
  private @Nullable Path file;

  private final ObjectNode json = Output.document();
  private final StringBuilder text = new StringBuilder();
  private final List<String> faults = new ArrayList<>();
  private final SequencedSet<String> hints = new LinkedHashSet<>();

  @Override
  public Integer call() {
    Progress progress = Progress.toStandardError(false);
    SequencedMap<String, Executor> executors = new LinkedHashMap<>();
    for (String name : only == null ? AvailableExecutors.names() : List.of(only)) {
      executors.put(name, AvailableExecutors.of(name));
    }
    PublishedDigests published = file == null ? PublishedDigests.read() : published(file);
    machine();
    canaries("at the start");
    catalogue(new Selftest(published), executors, progress);
    if (exhaustive) {
      exhaustively(progress);
    }
    // An executor may have loaded a native library that changes how this thread computes.
    canaries("at the end");
    json.put("right", faults.isEmpty());
    ArrayNode array = json.putArray("faults");
    faults.forEach(array::add);
    output.print(json, text + verdict());
    hints.forEach(hint -> System.err.println("verdict: " + hint));
    faults.forEach(fault -> System.err.println("verdict: " + fault));
    return faults.isEmpty() ? ExitCode.DONE : ExitCode.FAULT_FOUND;
  }

  private static PublishedDigests published(Path from) {
    try {
      PublishedDigests digests = PublishedDigests.parse(from.toString(), Files.readAllLines(from));
      if (digests.size() == 0) {
        throw new InputException(from + " isn't a file of digests: it has none; see testdata/conformance.txt");
      }
      return digests;
    } catch (NoSuchFileException e) {
      throw new InputException(from + " doesn't exist; --published takes a file as testdata/conformance.txt");
    } catch (CharacterCodingException e) {
      throw new InputException(from + " isn't a file of digests: it isn't text; see testdata/conformance.txt");
    } catch (IOException e) {
      throw new UncheckedIOException(from + " can't be read: " + e.getMessage(), e);
    }
  }

  private void machine() {
    String java = System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version");
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    int processors = Runtime.getRuntime().availableProcessors();
    json.putObject("machine").put("java", java).put("system", system).put("processors", processors)
        .put("vectorBits", Elementary.vectorBits());
    text.append(java).append(", ").append(system).append(", ").append(processors).append(" processors, vectors of ")
        .append(Elementary.vectorBits()).append(" bits\n\n");
  }

  private void canaries(String when) {
    Table table = new Table("canary, " + when, "state");
    ArrayNode array = json.withArray("/canaries");
    for (Canary canary : Canary.all()) {
      table.row(canary.name(), canary.state().name().toLowerCase(Locale.ROOT));
      array.addObject().put("name", canary.name()).put("when", when).put("state", canary.state().name())
          .put("remedy", canary.remedy());
      switch (canary.state()) {
        case RIGHT -> {
          // Nothing to say.
        }
        case SLOW -> hints.add(canary.name() + ": no; " + canary.remedy());
        case WRONG -> faults.add(canary.name() + ", " + when + ": wrong; " + canary.remedy());
      }
    }
    text.append(table).append('\n');
  }

  private void catalogue(Selftest selftest, SequencedMap<String, Executor> executors, Progress progress) {
    List<Entry> entries = Catalogue.all();
    Map<String, List<Selftest.Outcome>> outcomes = new LinkedHashMap<>();
    executors.forEach((name, executor) -> {
      try (Progress.Bar bar = progress.bar(name, "cases", entries.size())) {
        int[] done = {0};
        outcomes.put(name, selftest.run(entries, executor, o -> bar.to(++done[0], o.entry().name())));
      }
    });
    List<String> header = new ArrayList<>(List.of("kind", "case"));
    header.addAll(executors.sequencedKeySet());
    Table table = new Table(header.toArray(new String[0]));
    ArrayNode array = json.putArray("results");
    for (int i = 0; i < entries.size(); i++) {
      List<Object> row = new ArrayList<>(List.of(entries.get(i).kind(), entries.get(i).name()));
      ObjectNode result = array.addObject().put("kind", entries.get(i).kind().toString())
          .put("name", entries.get(i).name());
      ObjectNode digests = result.putObject("digests");
      for (String name : executors.sequencedKeySet()) {
        Selftest.Outcome outcome = outcomes.get(name).get(i);
        row.add(cell(outcome));
        digest(outcome).ifPresentOrElse(d -> digests.put(name, d.hex()), () -> digests.putNull(name));
      }
      expected(outcomes.values().iterator().next().get(i))
          .ifPresentOrElse(d -> result.put("published", d.hex()), () -> result.putNull("published"));
      table.row(row.toArray());
    }
    text.append(table).append('\n');
    outcomes.forEach(this::blame);
  }

  private static String cell(Selftest.Outcome outcome) {
    return switch (outcome) {
      case Selftest.Right right -> shortened(right.digest());
      case Selftest.Wrong wrong when wrong.published().isEmpty() -> shortened(wrong.actual()) + " isn't published";
      case Selftest.Wrong wrong -> shortened(wrong.actual()) + " WRONG";
      case Selftest.Failed failed -> "FAILED";
    };
  }

  private static String shortened(Digest digest) {
    return digest.hex().substring(0, SHOWN_DIGITS);
  }

  private static Optional<Digest> digest(Selftest.Outcome outcome) {
    return switch (outcome) {
      case Selftest.Right right -> Optional.of(right.digest());
      case Selftest.Wrong wrong -> Optional.of(wrong.actual());
      case Selftest.Failed failed -> Optional.empty();
    };
  }

  private static Optional<Digest> expected(Selftest.Outcome outcome) {
    return switch (outcome) {
      case Selftest.Right right -> Optional.of(right.digest());
      case Selftest.Wrong wrong -> wrong.published();
      case Selftest.Failed failed -> Optional.empty();
    };
  }

  private void blame(String executor, List<Selftest.Outcome> outcomes) {
    List<Selftest.Outcome> wrong = outcomes.stream().filter(o -> !o.isRight()).toList();
    if (wrong.isEmpty()) {
      return;
    }
    String what = executor + ": " + wrong.size() + " of " + outcomes.size() + " cases differ from what is published: "
        + String.join("; ", wrong.stream().map(SelftestCommand::described).toList());
    faults.add(what + ". Don't solve or verify on this machine with this executor: its results would be refuted. "
        + (executor.equals("reference")
            ? "The reference interpreter needs IEEE 754 alone: look at the canaries, then try another JDK 25."
            : "Try JAVA_TOOL_OPTIONS=-Dverdict.vectorBits=0, and report the output of verdict selftest --json."));
  }

  private static String described(Selftest.Outcome outcome) {
    return outcome.entry().key() + (outcome instanceof Selftest.Failed failed ? " (" + failed.cause() + ")" : "");
  }

  private void exhaustively(Progress progress) {
    Table table = new Table("function", "path", "blocks", "wrong", "seconds");
    ArrayNode array = json.putArray("exhaustive");
    for (Entry.Function function : Catalogue.functions()) {
      for (Exhaustive.Path path : Exhaustive.Path.values()) {
        long start = System.nanoTime();
        List<Integer> wrong = wrongBlocks(function, path, progress);
        double seconds = (System.nanoTime() - start) / 1e9;
        table.row(function.name(), path, BlockChecksum.BLOCKS, wrong.size(),
            String.format(Locale.ROOT, "%.1f", seconds));
        ArrayNode blocks = array.addObject().put("function", function.name()).put("path", path.toString())
            .put("blocks", BlockChecksum.BLOCKS).put("seconds", seconds).putArray("wrong");
        wrong.forEach(blocks::add);
        if (!wrong.isEmpty()) {
          faults.add(function.name() + ", " + path + ": wrong in " + wrong.size() + " of " + BlockChecksum.BLOCKS
              + " blocks of 2^20 inputs, first in block " + wrong.getFirst()
              + "; report this with the output of verdict selftest --json, and don't use this machine");
        }
      }
    }
    text.append(table).append('\n');
  }

  private static List<Integer> wrongBlocks(Entry.Function function, Exhaustive.Path path, Progress progress) {
    long start = System.nanoTime();
    try (Progress.Bar bar = progress.bar(function.name() + ", " + path, "blocks", BlockChecksum.BLOCKS)) {
      return Exhaustive.wrongBlocks(function.op(), path, Runtime.getRuntime().availableProcessors(), done -> {
        Duration left = Duration.ofNanos(
            (long) ((double) (System.nanoTime() - start) / done * (BlockChecksum.BLOCKS - done)));
        synchronized (bar) {
          bar.to(done, left.toSeconds() + " s left");
        }
      });
    }
  }

  private String verdict() {
    return faults.isEmpty() ? "Every case gives the published digest: this machine gives the right bits."
        : "This machine does NOT give the right bits; see below.";
  }
}
