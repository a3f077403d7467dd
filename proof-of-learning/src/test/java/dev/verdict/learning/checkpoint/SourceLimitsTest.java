package dev.verdict.learning.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store may be the adversary's: it must not be able to fill a disk, or to answer for another store.
class SourceLimitsTest {
  @TempDir Path folder;
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/endless/", exchange -> {
      exchange.sendResponseHeaders(200, 0);
      byte[] junk = new byte[1 << 16];
      try (OutputStream out = exchange.getResponseBody()) {
        for (int i = 0; i < 1 << 14; i++) {
          out.write(junk);
        }
      }
    });
    server.createContext("/good/", exchange -> {
      byte[] body = Files.readAllBytes(folder.resolve("store").resolve(exchange.getRequestURI().getPath().substring(6)));
      exchange.sendResponseHeaders(200, body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    });
    server.setExecutor(Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
    server.createContext("/trickle/", exchange -> {
      exchange.sendResponseHeaders(200, 64);
      exchange.getResponseBody().write(new byte[1]);
      exchange.getResponseBody().flush();
      // And nothing more, until the test is over.
    });
    server.createContext("/bad/", exchange -> {
      exchange.sendResponseHeaders(200, 32);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(new byte[32]);
      }
    });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Objects at(String path) {
    return new Objects(ObjectSource.at("http://127.0.0.1:" + server.getAddress().getPort() + path, folder.resolve("cache")));
  }

  @Test
  void find_endlessBody_isCutOffAndLeavesNothing() throws IOException {
    assertThat(at("/endless/").vector(Digest.sha256(), 4)).isEmpty();
    try (var files = Files.walk(folder.resolve("cache"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void find_bodyThatNeverEnds_isGivenUp() throws IOException {
    HttpSource source = new HttpSource(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/trickle/"),
        folder.resolve("cache"), Duration.ofMillis(500));
    assertThatThrownBy(() -> source.find("vectors/x.hashes", 64))
        .isInstanceOf(SourceUnreachableException.class)
        .hasMessageContaining("took too long");
    try (var files = Files.walk(folder.resolve("cache"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void vector_anotherServerAnsweredWrongly_isStillToBeHad() {
    List<Digest> vector = List.of(Digest.sha256(new byte[] {1}), Digest.sha256(new byte[] {2}));
    Digest root = new FolderStore(folder.resolve("store")).put(vector);
    assertThat(at("/bad/").vector(root, 2)).isEmpty();
    assertThat(at("/good/").vector(root, 2)).contains(vector);
  }

  @Test
  void tensor_largerThanItCanBe_isNotRead() {
    FolderStore store = new FolderStore(folder.resolve("store"));
    Tensor tensor = Tensor.zeros(DType.F32, Shape.of(5_000));
    Digest root = store.put(tensor);
    assertThat(new Objects(store).tensor(root, 100)).isEmpty();
    assertThat(new Objects(store).tensor(root, 20_000).orElseThrow().sameBits(tensor)).isTrue();
  }
}
