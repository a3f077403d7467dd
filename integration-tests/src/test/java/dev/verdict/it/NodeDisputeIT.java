package dev.verdict.it;

import dev.verdict.contracts.SecretSource;
import dev.verdict.contracts.Signer;
import dev.verdict.it.testing.Network;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// [Disputes] on any node: `-Dverdict.rpc=URL -Dverdict.key=FILE`, the file's first line being the raw key of an account
/// with five ether. Takes minutes, as clocks and windows run in the node's own time.
@EnabledIfSystemProperty(named = "verdict.rpc", matches = ".+", disabledReason = "no node given by -Dverdict.rpc")
@Timeout(300)
class NodeDisputeIT extends Disputes {
  @Override
  Network open() {
    return Network.at(URI.create(System.getProperty("verdict.rpc")),
        Signer.fromKey(new SecretSource.FromFile(Path.of(System.getProperty("verdict.key", "verdict.key")))));
  }

  @Override
  int lengths() {
    return 1;
  }
}
