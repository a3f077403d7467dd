package dev.verdict.staking.watch;

import dev.verdict.bisection.game.Account;
import dev.verdict.contracts.Block;
import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.ContractEvents;
import dev.verdict.contracts.Deployment;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets roles hear what is on the chain and act on it.
public final class Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

  private final EventFeed feed;
  private final ContractEvents events;
  private final List<Role> roles;
  private boolean caughtUp;

  Watcher(EventFeed feed, ContractEvents events, List<Role> roles) {
    this.feed = feed;
    this.events = events;
    this.roles = List.copyOf(roles);
  }

  /// Watches the contracts of `deployment` from the block that they were deployed in.
  ///
  /// @param confirmations how many blocks must stand on a block before it is read
  public static Watcher of(ChainClient chain, Deployment deployment, int confirmations, List<Role> roles) {
    List<Account> contracts =
        List.of(deployment.vault().address(), deployment.registry().address(), deployment.game().address());
    return new Watcher(
        new EventFeed(chain, contracts, deployment.firstBlock(), confirmations), deployment.events(), roles);
  }

  /// Reads what is new; when everything is read, each role acts.
  ///
  /// @return whether there is more to do at once: more to read, or something was sent
  public boolean poll() {
    switch (feed.poll()) {
      case EventFeed.Batch.Reorganised(Block lost) -> {
        LOG.warn("block {} {} is not on the chain any more; reading it again", lost.number(), lost.hash());
        roles.forEach(Role::forget);
        return true;
      }
      case EventFeed.Batch.News(var logs, Block head, boolean more) -> {
        logs.forEach(log -> events.decode(log).ifPresent(event -> roles.forEach(role -> role.hear(event))));
        if (!feed.caughtUp(head)) {
          caughtUp = false;
          return more;
        }
        caughtUp = true;
        boolean sent = false;
        for (Role role : roles) {
          sent |= role.act(head);
        }
        return sent;
      }
    }
  }

  /// Whether everything has been read, and no role has anything left to do.
  public boolean done() {
    return caughtUp && roles.stream().allMatch(Role::done);
  }
}
