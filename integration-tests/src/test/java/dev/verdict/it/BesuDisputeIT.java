package dev.verdict.it;

import dev.verdict.contracts.Signer;
import dev.verdict.it.testing.Network;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/// [Disputes] on Besu: one QBFT validator that makes a block a second. Skipped, with the reason, where no Docker answers.
@Testcontainers(disabledWithoutDocker = true)
@Timeout(300)
class BesuDisputeIT extends Disputes {
  private static final int RPC_PORT = 8545;
  /// The validator's key and the account that holds the ether: of this test alone, and of no worth.
  private static final BigInteger KEY = BigInteger.valueOf(0xbe5d15b07e5L);
  private static final Signer VALIDATOR = Signer.ofPrivateKey(KEY);

  private static final String GENESIS = """
      {
        "config": {
          "chainId": 1337, "berlinBlock": 0, "londonBlock": 0, "shanghaiTime": 0, "cancunTime": 0, "pragueTime": 0,
          "qbft": { "blockperiodseconds": 1, "epochlength": 30000, "requesttimeoutseconds": 4 }
        },
        "nonce": "0x0", "timestamp": "0x0", "gasLimit": "0x1c9c380", "difficulty": "0x1",
        "mixHash": "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365",
        "coinbase": "0x0000000000000000000000000000000000000000",
        "extraData": "0xf83aa00000000000000000000000000000000000000000000000000000000000000000d594%1$sc080c0",
        "alloc": { "%1$s": { "balance": "0x3635c9adc5dea00000" } }
      }
      """;

  @Container
  private static final GenericContainer<?> BESU = new GenericContainer<>("hyperledger/besu:25.7.0")
      .withCopyToContainer(Transferable.of(GENESIS.formatted(VALIDATOR.account().hex())), "/tmp/genesis.json")
      .withCopyToContainer(Transferable.of("0x%064x".formatted(KEY)), "/tmp/key")
      .withCommand("--genesis-file=/tmp/genesis.json", "--node-private-key-file=/tmp/key", "--data-path=/tmp/besu",
          "--rpc-http-enabled", "--rpc-http-host=0.0.0.0", "--host-allowlist=*", "--p2p-enabled=false",
          "--rpc-http-api=ETH,NET,WEB3,DEBUG")
      .withExposedPorts(RPC_PORT)
      .waitingFor(Wait.forHttp("/liveness").forPort(RPC_PORT).withStartupTimeout(Duration.ofMinutes(2)));

  @Override
  Network open() {
    return Network.at(
        URI.create("http://" + BESU.getHost() + ":" + BESU.getMappedPort(RPC_PORT)), VALIDATOR);
  }

  @Override
  int lengths() {
    return 1;
  }
}
