package dev.verdict.staking.watch;

import dev.verdict.contracts.Block;
import dev.verdict.contracts.ContractEvents;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets roles hear what is on the chain and act on it.
public final class Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

  private final EventFeed feed;
  private final ContractEvents events;
  private final List<Role> roles;

  public Watcher(EventFeed feed, ContractEvents events, List<Role> roles) {
    this.feed = feed;
    this.events = events;
    this.roles = List.copyOf(roles);
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
      case EventFeed.Batch.News(var logs, Block head) -> {
        logs.forEach(log -> events.decode(log).ifPresent(event -> roles.forEach(role -> role.hear(event))));
        if (!feed.caughtUp(head)) {
          return !logs.isEmpty();
        }
        boolean sent = false;
        for (Role role : roles) {
          sent |= role.act(head);
        }
        return sent;
      }
    }
  }

  /// Whether no role has anything left to do.
  public boolean done() {
    return roles.stream().allMatch(Role::done);
  }
}
