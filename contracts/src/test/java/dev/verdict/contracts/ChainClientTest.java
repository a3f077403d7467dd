package dev.verdict.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChainClientTest {
  private static TestChain chain;

  @BeforeAll
  static void startNode() {
    chain = TestChain.start();
  }

  @AfterAll
  static void stopNode() {
    chain.close();
  }

  @Test
  void connect_wrongChain_saysBothIds() {
    assertThatThrownBy(() -> ChainClient.connect(chain.node.url(), 1))
        .isInstanceOfSatisfying(
            WrongChainException.class,
            e -> {
              assertThat(e.expected()).isEqualTo(1);
              assertThat(e.actual()).isEqualTo(31_337);
            })
        .hasMessageContaining("is on chain 31337, expected chain 1")
        .message()
        .hasLineCount(1);
  }

  @Test
  void connect_nobodyThere_saysWhereAndWhatToDo() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    URI url = URI.create("http://127.0.0.1:" + free);
    assertThatThrownBy(() -> ChainClient.connect(url))
        .isInstanceOfSatisfying(
            NodeUnreachableException.class, e -> assertThat(e.url()).isEqualTo(url))
        .hasMessageContaining("no answer from " + url)
        .hasMessageContaining("check the URL")
        .message()
        .hasLineCount(1);
  }

  @Test
  void connect_neverAnswers_givesUpInTime() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      var timeouts = new ChainClient.Timeouts(Duration.ofMillis(300), Duration.ofMillis(300));
      assertThatThrownBy(() -> ChainClient.connect(url, timeouts))
          .isInstanceOf(NodeUnreachableException.class);
    }
  }

  @Test
  void connect_notANode_saysSo() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] page = "<html>hello</html>".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
    try {
      URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
      assertThatThrownBy(() -> ChainClient.connect(url))
          .isInstanceOf(NodeUnreachableException.class);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void connect_notAUrl_isRefused() {
    assertThatThrownBy(() -> ChainClient.connect(URI.create("anvil")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ChainClient.connect(URI.create("ftp://host")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shownUrl_keyInPathQueryOrUser_isHidden() {
    for (String secret :
        List.of(
            "http://127.0.0.1:%d/v3/SECRET",
            "http://127.0.0.1:%d?key=SECRET", "http://me:SECRET@127.0.0.1:%d")) {
      URI url = URI.create(secret.formatted(chain.node.url().getPort()));
      assertThat(RpcUrl.redacted(url))
          .doesNotContain("SECRET")
          .contains("127.0.0.1:" + url.getPort());
    }
  }

  @Test
  void block_byNumberAndHash_chainsToItsParent() {
    chain.node.mine(3);
    Block head = chain.client.latestBlock();
    assertThat(chain.client.block(head.number())).contains(head);
    assertThat(chain.client.block(head.hash())).contains(head);
    Block parent = chain.client.block(head.parentHash()).orElseThrow();
    assertThat(parent.number()).isEqualTo(head.number() - 1);
    assertThat(chain.client.block(head.number() + 1000)).isEmpty();
    assertThat(chain.client.blockNumber()).isGreaterThanOrEqualTo(head.number());
    assertThat(head.baseFeeWei()).isPresent();
  }

  @Test
  void logs_byRangeAndEmitter_areInOrder() {
    Transactions sender = chain.sender(1);
    StakeVaultGateway vault = chain.vault(sender, TestChain.NOBODY);
    StakeVaultGateway otherVault = chain.vault(sender, TestChain.NOBODY);
    long from = chain.client.blockNumber() + 1;
    for (int wei = 1; wei <= 3; wei++) {
      sender.send(vault.deposit(BigInteger.valueOf(wei)));
      sender.send(otherVault.deposit(BigInteger.valueOf(10 * wei)));
    }
    long to = chain.client.blockNumber();
    ContractEvents events =
        new ContractEvents(vault.address(), TestChain.NOBODY, chain.node.account(9).account());

    assertThat(events.between(chain.client, from, to))
        .extracting(e -> ((ChainEvent.Deposited) e).amountWei().intValue())
        .containsExactly(1, 2, 3);
    assertThat(chain.client.logs(from, to, List.of(vault.address(), otherVault.address())))
        .hasSize(6)
        .extracting(LogEntry::position)
        .isSorted();
    assertThat(chain.client.logs(from, from - 1, List.of(vault.address()))).isEmpty();
  }

  @Test
  void read_noContractThere_saysSo() {
    StakeVaultGateway nothing = StakeVaultGateway.at(chain.client, TestChain.NOBODY);
    assertThatThrownBy(nothing::jackpotPool)
        .isInstanceOf(WrongContractVersionException.class)
        .hasMessageContaining("no code")
        .message()
        .hasLineCount(1);
    assertThat(chain.client.code(TestChain.NOBODY)).isEmpty();
  }

  @Test
  void asOf_earlierBlock_readsItsState() {
    Transactions sender = chain.sender(2);
    StakeVaultGateway vault = chain.vault(sender, TestChain.NOBODY);
    long before = chain.client.blockNumber();
    sender.send(vault.depositFor(TestChain.NOBODY, BigInteger.valueOf(4)));

    assertThat(vault.balanceOf(TestChain.NOBODY).freeWei()).isEqualTo(4);
    assertThat(vault.asOf(before).balanceOf(TestChain.NOBODY).freeWei()).isEqualTo(0);
  }

  @Test
  void raw_unknownMethod_isTheNodesError() {
    assertThatThrownBy(() -> chain.client.raw("no_such_method", List.of()))
        .isInstanceOf(NodeErrorException.class)
        .hasMessageContaining("no_such_method");
  }
}
