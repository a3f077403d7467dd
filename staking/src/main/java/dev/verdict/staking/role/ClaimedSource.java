package dev.verdict.staking.role;

import dev.verdict.learning.checkpoint.ObjectSource;
import dev.verdict.learning.checkpoint.SourceUnreachableException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A solver's store as a verifier takes it. Whether it is no place at all, doesn't answer, or fails in the middle: that
/// is no excuse (SPEC §5.2), so what can't be had isn't there.
final class ClaimedSource implements ObjectSource {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimedSource.class);

  private final String location;
  private final Path cache;

  /// @param location of the claim: anything that the solver cared to write
  ClaimedSource(String location, Path cache) {
    this.location = location;
    this.cache = cache;
  }

  @Override
  public Optional<Path> find(String name, long limitBytes) {
    try {
      return ObjectSource.at(location, cache).find(name, limitBytes);
    } catch (SourceUnreachableException | IllegalArgumentException | UncheckedIOException e) {
      LOG.info("{} is not to be had: {}", name, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void reject(String name) {
    try {
      ObjectSource.at(location, cache).reject(name);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      LOG.info("{} is not to be rejected: {}", name, e.getMessage());
    }
  }

  @Override
  public String location() {
    return location;
  }
}
