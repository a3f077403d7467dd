package dev.verdict.learning.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.verdict.learning.job.MissingObjectException;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.learning.testing.SmallJobs;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Stores that hold something else than their names say, and servers that don't serve.
@Timeout(60)
class ObjectsTest {
  private static final List<Digest> HASHES = List.of(Digest.sha256(new byte[] {1}), Digest.sha256(new byte[] {2}));

  @TempDir Path folder;

  private Optional<HttpServer> server = Optional.empty();

  @AfterEach
  void stopServer() {
    server.ifPresent(s -> s.stop(0));
  }

  /// What to answer: a status, and bytes where it is 200.
  private record Answer(int status, byte[] body) {}

  private String serve(Function<String, Answer> answers) throws IOException {
    HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", exchange -> {
      Answer answer = answers.apply(exchange.getRequestURI().getPath());
      exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
      if (answer.body().length > 0) {
        exchange.getResponseBody().write(answer.body());
      }
      exchange.close();
    });
    http.start();
    server.ifPresent(s -> s.stop(0));
    server = Optional.of(http);
    return "http://127.0.0.1:" + http.getAddress().getPort() + "/store";
  }

  private static Answer fileOf(Path store, String path) {
    try {
      return new Answer(200, Files.readAllBytes(store.resolve(path.substring("/store/".length()))));
    } catch (IOException e) {
      return new Answer(404, new byte[0]);
    }
  }

  @Test
  void load_whatWasPublished_isTheSameJob_fromAFolderAndOverHttp() throws IOException {
    TrainingJob job = SmallJobs.job(4, 2);
    Path store = folder.resolve("store");
    job.publish(new FolderStore(store));
    String url = serve(path -> fileOf(store, path));
    for (ObjectSource source : List.of(ObjectSource.at(store.toString(), folder.resolve("cache")),
        ObjectSource.at(store.toUri().toString(), folder.resolve("cache")),
        ObjectSource.at(url, folder.resolve("cache")), ObjectSource.at(url + "/", folder.resolve("cache2")))) {
      TrainingJob loaded = TrainingJob.load(new Objects(source), job.programRoot(), job.initialStateRoot(), 4, 2);
      assertThat(loaded.programRoot()).isEqualTo(job.programRoot());
      assertThat(loaded.initialStateRoot()).isEqualTo(job.initialStateRoot());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"programs", "tensors", "states"})
  void load_anyByteOfAFileFlipped_isMissing(String kind) throws IOException {
    TrainingJob job = SmallJobs.job(4, 2);
    job.publish(new FolderStore(folder));
    Path file;
    try (Stream<Path> files = Files.list(folder.resolve(kind))) {
      file = files.sorted().findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < bytes.length; at += 1 + bytes.length / 97) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 1;
      Files.write(file, damaged);
      try {
        TrainingJob loaded = TrainingJob.load(
            new Objects(new FolderStore(folder)), job.programRoot(), job.initialStateRoot(), 4, 2);
        // What isn't content, padding in a header say, may differ.
        assertThat(loaded.initialStateRoot()).isEqualTo(job.initialStateRoot());
        assertThat(loaded.programRoot()).isEqualTo(job.programRoot());
      } catch (MissingObjectException e) {
        assertThat(e.getMessage()).contains(e.root().toString());
      }
    }
    for (int length : new int[] {0, 1, 7, 8, bytes.length - 1}) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> TrainingJob.load(
          new Objects(new FolderStore(folder)), job.programRoot(), job.initialStateRoot(), 4, 2))
          .as("cut off at %d", length).isInstanceOf(MissingObjectException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 63, 65, 96})
  void vector_ofAnotherLength_isMissing(int length) throws IOException {
    Digest root = new FolderStore(folder).put(HASHES);
    Path file = folder.resolve("vectors/" + root.hex() + ".hashes");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    assertThat(new Objects(new FolderStore(folder)).vector(root, HASHES.size())).isEmpty();
  }

  @Test
  void tensor_underAnothersName_isMissing() throws IOException {
    FolderStore store = new FolderStore(folder);
    Digest one = store.put(Tensor.ofFloats(Shape.of(2), 1, 2));
    Digest other = store.put(Tensor.ofFloats(Shape.of(2), 2, 1));
    Files.copy(folder.resolve("tensors/" + one.hex() + ".safetensors"),
        folder.resolve("tensors/" + other.hex() + ".safetensors"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(new Objects(store).tensor(other, 8)).isEmpty();
    assertThat(new Objects(store).tensor(one, 8)).isPresent();
    assertThat(new Objects(store).tensor(Digest.ZERO, 8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 410})
  void find_serverHasItNot_isMissing(int status) throws IOException {
    String url = serve(path -> new Answer(status, new byte[0]));
    assertThat(new Objects(ObjectSource.at(url, folder)).vector(Digest.ZERO, HASHES.size())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 400, 401, 403, 429, 500, 503})
  void find_serverAnswersOtherwise_isUnreachable(int status) throws IOException {
    String url = serve(path -> new Answer(status, new byte[0]));
    assertThatThrownBy(() -> new Objects(ObjectSource.at(url, folder)).vector(Digest.ZERO, HASHES.size()))
        .isInstanceOf(SourceUnreachableException.class)
        .hasMessageContaining(url).hasMessageContaining(Integer.toString(status));
  }

  @Test
  void find_bodyBreaksOff_isUnreachableAndNotKept() throws IOException {
    HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, 100);
      exchange.getResponseBody().write(new byte[10]);
      exchange.close();
    });
    http.start();
    server = Optional.of(http);
    Path cache = folder.resolve("cache");
    ObjectSource source = ObjectSource.at("http://127.0.0.1:" + http.getAddress().getPort(), cache);
    assertThatThrownBy(() -> new Objects(source).vector(Digest.ZERO, HASHES.size())).isInstanceOf(RuntimeException.class);
    try (Stream<Path> files = Files.exists(cache) ? Files.walk(cache) : Stream.empty()) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void find_nobodyListens_isUnreachableAndSaysWhy() {
    assertThatThrownBy(() -> new Objects(ObjectSource.at("http://127.0.0.1:1", folder)).vector(Digest.ZERO, HASHES.size()))
        .isInstanceOf(SourceUnreachableException.class)
        .hasMessageContaining("127.0.0.1:1").hasMessageNotContaining("null");
  }

  @Test
  void find_fetchedBefore_isNotAskedForAgain() throws IOException {
    Path store = folder.resolve("store");
    Digest root = new FolderStore(store).put(HASHES);
    AtomicInteger requests = new AtomicInteger();
    String url = serve(path -> {
      requests.incrementAndGet();
      return fileOf(store, path);
    });
    Objects objects = new Objects(ObjectSource.at(url, folder.resolve("cache")));
    assertThat(objects.vector(root, HASHES.size())).contains(HASHES);
    assertThat(objects.vector(root, HASHES.size())).contains(HASHES);
    assertThat(requests).hasValue(1);
  }

  /// What one server gave under a name must not stand between a reader and another server that has the real thing.
  @Test
  void find_garbageFetchedBefore_isFetchedAgain() throws IOException {
    Path store = folder.resolve("store");
    Digest root = new FolderStore(store).put(HASHES);
    Path cache = folder.resolve("cache");
    String garbage = serve(path -> new Answer(200, "garbage".getBytes(StandardCharsets.UTF_8)));
    assertThat(new Objects(ObjectSource.at(garbage, cache)).vector(root, HASHES.size())).isEmpty();
    String honest = serve(path -> fileOf(store, path));
    assertThat(new Objects(ObjectSource.at(honest, cache)).vector(root, HASHES.size())).contains(HASHES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:%zz", "file:relative", "http://["})
  void at_locationThatIsNone_isRefused(String location) {
    assertThatThrownBy(() -> ObjectSource.at(location, folder)).isInstanceOf(IllegalArgumentException.class);
  }
}
