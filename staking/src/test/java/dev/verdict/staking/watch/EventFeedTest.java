package dev.verdict.staking.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.Deployment;
import dev.verdict.contracts.DeploymentParameters;
import dev.verdict.contracts.LogEntry;
import dev.verdict.contracts.SendPolicy;
import dev.verdict.contracts.Transactions;
import dev.verdict.contracts.node.AnvilNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventFeedTest {
  private AnvilNode node;
  private ChainClient chain;
  private Transactions sender;
  private Deployment deployment;

  @BeforeEach
  void deploy() {
    node = AnvilNode.start();
    chain = node.connect();
    sender = Transactions.open(chain, node.account(0), SendPolicy.development());
    deployment = Deployment.deploy(sender, DeploymentParameters.development());
  }

  @AfterEach
  void stopNode() {
    sender.close();
    chain.close();
    node.close();
  }

  private EventFeed feed(int confirmations) {
    return new EventFeed(chain, deployment.emitters(), deployment.firstBlock(), confirmations);
  }

  private void deposit() {
    sender.send(deployment.vault(chain).deposit(BigInteger.ONE));
  }

  /// Polls until there is nothing new.
  private static List<LogEntry> read(EventFeed feed) {
    List<LogEntry> all = new ArrayList<>();
    while (true) {
      EventFeed.Batch.News news = (EventFeed.Batch.News) feed.poll();
      all.addAll(news.logs());
      if (feed.caughtUp(news.head())) {
        return all;
      }
    }
  }

  @Test
  void poll_newLogs_bringsEachOnce() {
    EventFeed feed = feed(0);
    deposit();
    assertThat(read(feed)).hasSize(1);
    assertThat(read(feed)).isEmpty();
    deposit();
    deposit();
    assertThat(read(feed)).hasSize(2);
  }

  @Test
  void poll_behindConfirmations_bringsWhatIsDeepEnough() {
    EventFeed feed = feed(2);
    deposit();
    assertThat(read(feed)).isEmpty();
    node.mine(1);
    assertThat(read(feed)).isEmpty();
    node.mine(1);
    assertThat(read(feed)).hasSize(1);
    assertThat(read(feed)).isEmpty();
  }

  @Test
  void poll_moreBlocksThanARange_bringsAllInOrder() {
    deposit();
    node.mine(2_000);
    deposit();
    deposit();
    EventFeed feed = feed(0);
    assertThat(feed.poll()).isInstanceOfSatisfying(EventFeed.Batch.News.class, news -> {
      assertThat(news.logs()).hasSize(1);
      assertThat(feed.caughtUp(news.head())).isFalse();
    });
    List<LogEntry> rest = read(feed);
    assertThat(rest).hasSize(2).extracting(log -> log.position().blockNumber()).isSorted();
  }

  @Test
  void poll_blockThatWasReadIsGone_saysSoAndBeginsAgain() {
    EventFeed feed = feed(0);
    deposit();
    node.mine(1);
    deposit();
    assertThat(read(feed)).hasSize(2);
    node.reorg(1);
    assertThat(feed.poll()).isInstanceOf(EventFeed.Batch.Reorganised.class);
    assertThat(read(feed)).as("the second is gone").hasSize(1);
    assertThat(read(feed)).isEmpty();
  }

  /// The chain is shorter than it was: the block that was read last isn't there at all.
  @Test
  void poll_chainShorterThanBefore_saysSo() {
    String before = node.snapshot();
    EventFeed feed = feed(0);
    deposit();
    node.mine(5);
    assertThat(read(feed)).hasSize(1);
    node.revert(before);
    assertThat(feed.poll()).isInstanceOf(EventFeed.Batch.Reorganised.class);
    assertThat(read(feed)).isEmpty();
  }

  @Test
  void poll_chainShorterThanTheConfirmations_bringsNothing() {
    EventFeed feed = feed(1_000_000);
    assertThat(feed.poll()).isInstanceOfSatisfying(EventFeed.Batch.News.class,
        news -> assertThat(news.logs()).isEmpty());
  }
}
