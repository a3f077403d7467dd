package dev.verdict.learning.checkpoint;

import dev.verdict.repops.commit.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Objects on a web server, kept in a local folder once fetched.
final class HttpSource implements ObjectSource {
  /// For an answer to begin, and for its body beside the time that its size takes.
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  /// A body that comes slower than this isn't waited for.
  private static final long SLOWEST_BYTES_PER_SECOND = 1 << 20;

  private final URI base;
  private final Path cache;
  private final Duration patience;
  private final HttpClient client;

  HttpSource(URI base, Path cache) {
    this(base, cache, PATIENCE);
  }

  /// Each server has a folder of its own in `cache`, so that none can answer for another.
  HttpSource(URI base, Path cache, Duration patience) {
    this.base = base;
    this.patience = patience;
    this.client =
        HttpClient.newBuilder().connectTimeout(patience).followRedirects(HttpClient.Redirect.NORMAL).build();
    this.cache = cache.resolve(Digest.sha256(base.toString().getBytes(StandardCharsets.UTF_8)).hex());
  }

  @Override
  public Optional<Path> find(String name, long limitBytes) {
    Path file = cache.resolve(name);
    if (Files.exists(file)) {
      return Optional.of(file);
    }
    HttpRequest request = HttpRequest.newBuilder(base.resolve(name)).timeout(patience).build();
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
        if (response.headers().firstValueAsLong("content-length").orElse(0) > limitBytes) {
          return Optional.empty();
        }
        // A server may also send a byte now and then for ever: closing the body ends the read that waits for the next.
        long limitMillis = patience.toMillis() + limitBytes / SLOWEST_BYTES_PER_SECOND * 1_000;
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(() -> close(body),
            CompletableFuture.delayedExecutor(limitMillis, TimeUnit.MILLISECONDS));
        try {
          AtomicFile.write(file, channel -> copy(body, channel, limitBytes));
        } finally {
          watchdog.cancel(false);
        }
        return Optional.of(file);
      }
    } catch (TooLongException e) {
      return Optional.empty();
    } catch (IOException e) {
      // A refused connection says nothing but its name.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new SourceUnreachableException(location(), reason, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceUnreachableException(location(), "interrupted", e);
    }
  }

  /// A body may go on for ever, so it is cut off where it becomes too long.
  private void copy(InputStream body, FileChannel to, long limitBytes) throws IOException {
    OutputStream out = Channels.newOutputStream(to);
    byte[] buffer = new byte[1 << 16];
    long copied = 0;
    for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
      copied += read;
      if (copied > limitBytes) {
        throw new TooLongException();
      }
      out.write(buffer, 0, read);
    }
  }

  /// What fails here is the server's doing, what fails in writing this machine's.
  private int read(InputStream body, byte[] buffer) {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw new SourceUnreachableException(location(), "the answer broke off, or took too long", e);
    }
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class TooLongException extends RuntimeException {}

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
