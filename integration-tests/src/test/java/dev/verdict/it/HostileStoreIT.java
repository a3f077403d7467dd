package dev.verdict.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.verdict.bisection.adversary.Cheat;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.Receipt;
import dev.verdict.it.testing.Network;
import dev.verdict.it.testing.Trial;
import dev.verdict.staking.role.RoleObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A store that doesn't answer is no excuse (SPEC §5.2): whatever a cheating solver says about where its checkpoints
/// are, and whatever is there, the verifier refutes it.
@Timeout(60)
class HostileStoreIT {
  private static final Trial.Scenario CHEAT = new Trial.Scenario(Optional.of(Cheat.OP), true, 4, 2, 1);

  private static Network network;

  @TempDir Path work;

  @BeforeAll
  static void startNode() {
    network = Network.anvil();
  }

  @AfterAll
  static void stopNode() {
    network.close();
  }

  private void requireRefuted(Trial trial) {
    int known = network.events(ChainEvent.Decided.class).size();
    trial.live(true);
    assertThat(network.events(ChainEvent.Decided.class).stream().skip(known).toList()).hasSize(1)
        .allMatch(d -> d.verdict() == Verdict.SOLVER_LOSES);
  }

  @ParameterizedTest(name = "{index}")
  @ValueSource(strings = {"", " ", "file:%zz", "file://elsewhere/x", "file:relative", "http://", "http://[", "http:// x",
      "http://user@", "https://127.0.0.1:1/", "http://127.0.0.1:99999/", "ftp://127.0.0.1/", "s3://bucket/x", "\u0000",
      "/dev/null", "\uD83D\uDE00"})
  void live_locationThatIsNone_isRefuted(String location) {
    requireRefuted(new Trial(network, work, CHEAT).submit().announcing(location));
  }

  @Test
  void live_nobodyListens_isRefuted() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    requireRefuted(new Trial(network, work, CHEAT).submit().announcing("http://127.0.0.1:" + port + "/"));
  }

  /// Answers each path with these bytes, or status 500 where there are none.
  private static HttpServer serve(Function<String, Optional<byte[]>> answers) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      Optional<byte[]> answer = answers.apply(exchange.getRequestURI().getPath());
      exchange.sendResponseHeaders(answer.isPresent() ? 200 : 500, answer.isPresent() ? 0 : -1);
      if (answer.isPresent()) {
        try (var body = exchange.getResponseBody()) {
          body.write(answer.get());
        }
      }
      exchange.close();
    });
    server.start();
    return server;
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  @Test
  void live_serverAnswers500_isRefuted() throws IOException {
    HttpServer server = serve(path -> Optional.empty());
    requireRefuted(new Trial(network, work, CHEAT).submit().announcing(url(server)));
    server.stop(0);
  }

  @ParameterizedTest(name = "{index}")
  @ValueSource(strings = {"", "no object of any kind", "\u0008\u0000\u0000\u0000\u0000\u0000\u0000\u0000{\"a\": 1}"})
  void live_serverGivesSomethingElse_isRefuted(String content) throws IOException {
    HttpServer server = serve(path -> Optional.of(content.getBytes(StandardCharsets.UTF_8)));
    requireRefuted(new Trial(network, work, CHEAT).submit().announcing(url(server)));
    server.stop(0);
  }

  /// The claim is served for the audit; once challenged, everything else fails.
  @Test
  void live_serverFailsInTheMiddleOfTheGame_isRefuted() throws IOException {
    AtomicBoolean challenged = new AtomicBoolean();
    Trial trial = new Trial(network, work, CHEAT).submit();
    HttpServer server = serve(path -> {
      Path file = trial.solverStore().resolve(path.substring(1));
      try {
        return challenged.get() || !Files.isRegularFile(file)
            ? Optional.empty() : Optional.of(Files.readAllBytes(file));
      } catch (IOException e) {
        return Optional.empty();
      }
    });
    trial.announcing(url(server));
    int known = network.events(ChainEvent.Decided.class).size();

    trial.live(trial.solver(RoleObserver.NONE), trial.challenger(new RoleObserver() {
      @Override
      public void mined(String name, Receipt receipt) {
        challenged.set(true);
      }
    }), true);

    assertThat(network.events(ChainEvent.Decided.class).stream().skip(known).toList()).hasSize(1)
        .allMatch(d -> d.verdict() == Verdict.SOLVER_LOSES);
    server.stop(0);
  }

  /// An honest solver whose own checkpoints are lost after the claim defends it all the same.
  @Test
  void live_solverLosesItsCheckpoints_stillWins() throws IOException {
    Trial trial = new Trial(network, work,
        new Trial.Scenario(Optional.of(Cheat.FRIVOLOUS_CHALLENGE), true, 6, 2, 1)).submit();
    int known = network.events(ChainEvent.Decided.class).size();
    var poster = trial.watcher(trial.solver(RoleObserver.NONE));
    while (poster.poll()) {
      // Accepts and posts.
    }
    try (Stream<Path> states = Files.list(trial.solverStore().resolve("states"))) {
      // All but the last, by which a solver sees that it has trained.
      String last = network.events(ChainEvent.ClaimPosted.class).getLast().lastState().hex();
      for (Path state : states.filter(file -> !file.getFileName().toString().startsWith(last)).toList()) {
        Files.delete(state);
      }
    }

    trial.live(true);

    assertThat(network.events(ChainEvent.Decided.class).stream().skip(known).toList()).hasSize(1)
        .allMatch(d -> d.verdict() == Verdict.CHALLENGER_LOSES);
  }

  /// What a submitter names may be no place at all: nobody can audit that job, and the others are audited all the same.
  @ParameterizedTest(name = "{index}")
  @ValueSource(strings = {"\u0000", "file:%zz", "http://[", "http://127.0.0.1:1/", "/dev/null"})
  void live_anotherJobCantBeRead_othersAreAuditedAllTheSame(String location) {
    Trial unreadable = new Trial(network, work.resolve("unreadable"),
        new Trial.Scenario(Optional.empty(), true, 2, 2, 9)).submit(location);
    var poster = unreadable.watcher(unreadable.solver(RoleObserver.NONE));
    while (poster.poll()) {
      // Accepts and posts.
    }
    requireRefuted(new Trial(network, work.resolve("readable"), CHEAT).submit());
  }
}
