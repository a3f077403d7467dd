package dev.verdict.it;

import dev.verdict.it.testing.Network;
import org.junit.jupiter.api.Timeout;

/// [Disputes] on anvil.
@Timeout(120)
class DisputeIT extends Disputes {
  @Override
  Network open() {
    return Network.anvil();
  }

  @Override
  int lengths() {
    return 3;
  }
}
