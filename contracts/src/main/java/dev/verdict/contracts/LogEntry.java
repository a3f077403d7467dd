package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.repops.commit.Digest;
import java.util.List;

/// A log as the node gives it. `data` is aliased, not copied.
public record LogEntry(Account emitter, List<Digest> topics, byte[] data, EventPosition position) {
  public LogEntry {
    topics = List.copyOf(topics);
  }
}
