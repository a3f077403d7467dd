package dev.verdict.repops.conformance;

import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.NodeObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Runs the catalogue on an executor and holds each digest against the published one.
public final class Selftest {
  /// What came of one entry.
  public sealed interface Outcome {
    Entry entry();

    /// Whether the machine gave the one right answer.
    boolean isRight();
  }

  /// The published digest.
  public record Right(Entry entry, Digest digest) implements Outcome {
    @Override
    public boolean isRight() {
      return true;
    }
  }

  /// Another digest, or one that nobody has published.
  public record Wrong(Entry entry, Digest actual, Optional<Digest> published) implements Outcome {
    @Override
    public boolean isRight() {
      return false;
    }
  }

  /// The executor gave up.
  public record Failed(Entry entry, Throwable cause) implements Outcome {
    @Override
    public boolean isRight() {
      return false;
    }
  }

  private final PublishedDigests published;

  /// Compares with these.
  public Selftest(PublishedDigests published) {
    this.published = published;
  }

  /// The outcome of each entry, shown to `observer` as soon as it is known.
  public List<Outcome> run(List<? extends Entry> entries, Executor executor, Consumer<Outcome> observer) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Entry entry : entries) {
      Outcome outcome = outcome(entry, executor);
      outcomes.add(outcome);
      observer.accept(outcome);
    }
    return outcomes;
  }

  /// Unwatched, when an executor may leave out and join what nobody asks for, and watched, when every node is computed
  /// in turn: the first answer that is wrong counts.
  private Outcome outcome(Entry entry, Executor executor) {
    Optional<Digest> expected = published.of(entry);
    Digest actual;
    try {
      actual = digest(entry, executor);
      if (expected.equals(Optional.of(actual))) {
        actual = digest(entry, executor, (node, output) -> {});
      }
    } catch (RuntimeException | Error e) {
      // A missing class or a full memory too: the other cases are still worth knowing.
      return new Failed(entry, e);
    }
    return expected.equals(Optional.of(actual)) ? new Right(entry, actual) : new Wrong(entry, actual, expected);
  }

  /// What `executor` makes of an entry when nobody watches.
  public static Digest digest(Entry entry, Executor executor) {
    return digest(entry, executor, NodeObserver.NONE);
  }

  private static Digest digest(Entry entry, Executor executor, NodeObserver observer) {
    Sample sample = entry.sample();
    return sample.digest(executor.compile(sample.program(), Set.copyOf(sample.outputs())), observer);
  }
}
