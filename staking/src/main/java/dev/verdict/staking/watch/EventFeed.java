package dev.verdict.staking.watch;

import dev.verdict.bisection.game.Account;
import dev.verdict.contracts.Block;
import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.LogEntry;
import dev.verdict.repops.commit.Digest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The contracts' logs in the chain's order, each once, until the chain that they were read from is no more.
public final class EventFeed {
  /// Blocks asked for at once.
  private static final long RANGE = 2_000;

  private final ChainClient chain;
  private final Set<Account> contracts;
  private final long firstBlock;
  private final int confirmations;
  private @Nullable Block last;

  /// @param firstBlock where the contracts were deployed
  /// @param confirmations how many blocks must stand on a block before it is read; 0 reads the newest
  public EventFeed(ChainClient chain, List<Account> contracts, long firstBlock, int confirmations) {
    this.chain = chain;
    this.contracts = new TreeSet<>(Comparator.comparing(Account::hex));
    this.contracts.addAll(contracts);
    this.firstBlock = firstBlock;
    this.confirmations = confirmations;
  }

  /// What a poll brings.
  public sealed interface Batch {
    /// Logs that are new, and the newest block of the chain.
    ///
    /// @param more whether there are blocks left to read at once
    record News(List<LogEntry> logs, Block head, boolean more) implements Batch {}

    /// A block that was read is not on the chain any more. Everything heard so far is void, and the next polls begin
    /// again at the first block.
    record Reorganised(Block lost) implements Batch {}
  }

  /// Asks the node once.
  public Batch poll() {
    Block lost = last;
    if (lost != null && !stillStands(lost)) {
      last = null;
      return new Batch.Reorganised(lost);
    }
    Block head = chain.latestBlock();
    long from = lost == null ? firstBlock : lost.number() + 1;
    long to = Math.min(head.number() - confirmations, from + RANGE - 1);
    if (to < from) {
      return new Batch.News(List.of(), head, false);
    }
    Optional<Block> end = chain.block(to);
    if (end.isEmpty()) {
      return new Batch.News(List.of(), head, false);
    }
    List<LogEntry> logs = chain.logs(from, to, contracts);
    // The chain may have changed between the two requests: then these logs belong to no one chain, and are asked for
    // again.
    if (!stillStands(end.get()) || lost != null && !stillStands(lost)) {
      return new Batch.News(List.of(), head, false);
    }
    last = end.get();
    return new Batch.News(logs, head, to < head.number() - confirmations);
  }

  /// Whether everything up to the confirmation depth has been read.
  public boolean caughtUp(Block head) {
    return last != null && last.number() >= head.number() - confirmations;
  }

  private boolean stillStands(Block block) {
    Optional<Digest> now = chain.block(block.number()).map(Block::hash);
    return now.isPresent() && now.get().equals(block.hash());
  }
}
