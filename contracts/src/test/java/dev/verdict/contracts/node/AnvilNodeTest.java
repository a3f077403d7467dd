package dev.verdict.contracts.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.bisection.game.Account;
import dev.verdict.contracts.ChainClient;
import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AnvilNodeTest {
  @Test
  void start_standard_mineTimeSnapshotAndAccountsWork() {
    try (AnvilNode node = AnvilNode.start();
        ChainClient client = node.connect()) {
      assertThat(client.chainId()).isEqualTo(31_337);
      assertThat(node.account(0).account())
          .isEqualTo(Account.ofHex("f39fd6e51aad88f6f4ce6ab8827279cfffb92266"));
      for (int i = 0; i < AnvilNode.ACCOUNTS; i++) {
        assertThat(client.balance(node.account(i).account())).isEqualTo(BigInteger.TEN.pow(22));
      }
      String snapshot = node.snapshot();
      node.mine(5);
      assertThat(client.blockNumber()).isEqualTo(5);
      long before = client.latestBlock().timestamp();
      node.increaseTime(Duration.ofHours(1));
      assertThat(client.latestBlock().timestamp()).isBetween(before + 3600, before + 3660);
      long hash = client.blockNumber();
      var old = client.latestBlock().hash();
      node.reorg(1);
      assertThat(client.block(hash).orElseThrow().hash()).isNotEqualTo(old);
      node.revert(snapshot);
      assertThat(client.blockNumber()).isZero();
      assertThatThrownBy(() -> node.revert(snapshot)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void start_otherChain_hasItsId() {
    try (AnvilNode node = AnvilNode.start(AnvilNode.Options.standard().withChainId(99));
        ChainClient client = node.connect()) {
      assertThat(client.chainId()).isEqualTo(99);
    }
  }

  @Test
  void start_portInUse_saysSoInOneLine() {
    try (AnvilNode first = AnvilNode.start()) {
      AnvilNode.Options taken = AnvilNode.Options.standard().withPort(first.url().getPort());
      assertThatThrownBy(() -> AnvilNode.start(taken))
          .isInstanceOf(AnvilUnavailableException.class)
          .hasMessageContaining("port " + first.url().getPort() + " is in use")
          .message()
          .hasLineCount(1);
    }
  }

  @Test
  void start_binaryMissing_saysHowToGetIt() {
    String before = System.setProperty("verdict.anvil", "/nowhere/anvil");
    try {
      assertThatThrownBy(AnvilNode::start)
          .isInstanceOf(AnvilUnavailableException.class)
          .hasMessageContaining("/nowhere/anvil");
    } finally {
      if (before == null) {
        System.clearProperty("verdict.anvil");
      } else {
        System.setProperty("verdict.anvil", before);
      }
    }
  }

  @Test
  void close_endsTheProcess() {
    AnvilNode node = AnvilNode.start();
    node.close();
    assertThatThrownBy(node::connect).hasMessageContaining("no answer");
  }
}
