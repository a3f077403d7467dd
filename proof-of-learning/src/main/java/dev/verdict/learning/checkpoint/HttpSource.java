package dev.verdict.learning.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Objects on a web server, kept in a local folder once fetched.
final class HttpSource implements ObjectSource {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final URI base;
  private final Path cache;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(TIMEOUT).followRedirects(HttpClient.Redirect.NORMAL).build();

  HttpSource(URI base, Path cache) {
    this.base = base;
    this.cache = cache;
  }

  @Override
  public Optional<Path> find(String name) {
    Path file = cache.resolve(name);
    if (Files.exists(file)) {
      return Optional.of(file);
    }
    HttpRequest request = HttpRequest.newBuilder(base.resolve(name)).timeout(TIMEOUT).build();
    try {
      HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        if (response.statusCode() == 404 || response.statusCode() == 410) {
          return Optional.empty();
        }
        if (response.statusCode() != 200) {
          throw new SourceUnreachableException(location(), "HTTP status " + response.statusCode() + " for " + name,
              null);
        }
        AtomicFile.write(file, channel -> body.transferTo(Channels.newOutputStream(channel)));
        return Optional.of(file);
      }
    } catch (IOException e) {
      // A refused connection says nothing but its name.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new SourceUnreachableException(location(), reason, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceUnreachableException(location(), "interrupted", e);
    }
  }

  @Override
  public void reject(String name) {
    try {
      Files.deleteIfExists(cache.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + cache.resolve(name) + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String location() {
    return base.toString();
  }
}
