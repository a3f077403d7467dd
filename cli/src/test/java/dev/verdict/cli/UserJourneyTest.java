package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.adversary.Cheat;
import dev.verdict.cli.console.ExitCode;
import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.Deployment;
import dev.verdict.contracts.Job;
import dev.verdict.contracts.SendPolicy;
import dev.verdict.contracts.Transactions;
import dev.verdict.contracts.node.AnvilNode;
import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import dev.verdict.staking.role.Participant;
import dev.verdict.staking.role.RoleObserver;
import dev.verdict.staking.role.SolverRole;
import dev.verdict.staking.watch.Watcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The commands one after another against a node, as people type them.
@Timeout(180)
class UserJourneyTest {
  /// Public: the keys that development nodes fund.
  private static final List<String> KEYS = List.of(
      "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
      "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
      "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
      "7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6");
  private static final int SUBMITTER = 1;
  private static final int SOLVER = 2;
  private static final int VERIFIER = 3;
  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  @TempDir Path folder;

  private AnvilNode node;
  private ChainClient chain;

  @BeforeEach
  void startNode() throws Exception {
    node = AnvilNode.start();
    chain = node.connect();
    for (int i = 0; i < KEYS.size(); i++) {
      Files.writeString(folder.resolve("key" + i), "0x" + KEYS.get(i) + "\n");
    }
  }

  @AfterEach
  void stopNode() {
    chain.close();
    node.close();
  }

  /// The command, on the node and the deployment file, with a key.
  private Ran as(int key, String... command) {
    List<String> arguments = new ArrayList<>(Arrays.asList(command));
    arguments.addAll(List.of("--rpc", node.url().toString(), "--deployment",
        folder.resolve("deployment.json").toString()));
    if (key >= 0) {
      arguments.addAll(List.of("--key-file", folder.resolve("key" + key).toString()));
    }
    return Ran.of(arguments.toArray(String[]::new));
  }

  /// The one document on standard output.
  private static JsonNode document(Ran ran, int exitCode) {
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(exitCode);
    return JSON.readTree(ran.out());
  }

  private Digest deployAndSubmit() {
    JsonNode deployed = document(as(0, "deploy", "--clock", "3600", "--extension", "60", "--json"), ExitCode.DONE);
    assertThat(deployed.get("chainId").asLong()).isEqualTo(31_337);
    JsonNode created = document(Ran.of("job", "create", "--data",
        Path.of(System.getProperty("verdict.testdata"), "data/digits.csv.gz").toString(), "--layers", "64,6,10",
        "--batch", "8", "--steps", "5", "--checkpoint-interval", "2", "--challenge-time", "600", "--json", "--out",
        folder.resolve("job").toString()), ExitCode.DONE);
    JsonNode submitted =
        document(as(SUBMITTER, "job", "submit", created.get("file").asString(), "--json"), ExitCode.DONE);
    return Digest.ofHex(submitted.get("jobId").asString());
  }

  private JsonNode claim() {
    JsonNode claims = document(as(-1, "status", "--json"), ExitCode.DONE).get("claims");
    assertThat(claims).hasSize(1);
    return claims.get(0);
  }

  @Test
  void commands_honestSolver_endInAConfirmedClaim() throws Exception {
    Digest job = deployAndSubmit();
    JsonNode stake = document(as(SOLVER, "stake", "deposit", "2eth", "--json"), ExitCode.DONE);
    assertThat(stake.get("freeWei").asString()).isEqualTo("2000000000000000000");
    Deployment deployment = Deployment.open(folder.resolve("deployment.json"), chain);
    // When the claim is there, time passes.
    CompletableFuture<Void> time = CompletableFuture.runAsync(() -> {
      while (deployment.registry(chain).claimCount() == 0) {
        Thread.onSpinWait();
      }
      node.increaseTime(Duration.ofSeconds(601));
    });

    JsonNode solved = document(as(SOLVER, "solve", "--job", job.toString(), "--poll", "1", "--json", "--store",
        folder.resolve("store").toString(), "--cache", folder.resolve("cache").toString()), ExitCode.DONE);

    time.get(10, TimeUnit.SECONDS);
    assertThat(solved.get("status").asString()).isEqualTo("CONFIRMED");
    assertThat(claim().get("status").asString()).isEqualTo("CONFIRMED");
    Ran watched = as(VERIFIER, "watch", "--until-idle", "--poll", "1", "--cache", folder.resolve("watch").toString());
    assertThat(watched.exitCode()).as(watched.err()).isEqualTo(ExitCode.DONE);
    assertThat(watched.out()).isEmpty();
    JsonNode after = document(as(SOLVER, "stake", "show", "--json"), ExitCode.DONE);
    assertThat(after.get("freeWei").asString()).isEqualTo("3000000000000000000");
    assertThat(after.get("lockedWei").asString()).isEqualTo("0");
    // Again: it is done, and says so.
    Ran again = as(SOLVER, "solve", "--job", job.toString(), "--poll", "1", "--json", "--store",
        folder.resolve("store").toString(), "--cache", folder.resolve("cache").toString());
    assertThat(document(again, ExitCode.DONE).get("status").asString()).isEqualTo("CONFIRMED");
  }

  @Test
  void commands_cheatingSolver_endInARefutedClaim() throws Exception {
    Digest jobId = deployAndSubmit();
    document(as(SOLVER, "stake", "deposit", "2eth", "--json"), ExitCode.DONE);
    document(as(VERIFIER, "stake", "deposit", "0.5eth", "--json"), ExitCode.DONE);
    Deployment deployment = Deployment.open(folder.resolve("deployment.json"), chain);
    Job registered = deployment.registry(chain).job(jobId).orElseThrow();
    TrainingJob job = TrainingJob.load(new Objects(new FolderStore(folder.resolve("job/store"))),
        registered.programRoot(), registered.initialState(), registered.steps(), registered.checkpointInterval());
    try (Transactions transactions = Transactions.open(chain, node.account(SOLVER), SendPolicy.development())) {
      SolverRole cheater = new SolverRole(
          Participant.on(deployment, chain, transactions, transactions.account(), RoleObserver.NONE), jobId, job,
          Cheat.OP.computation(new Cheat.Run(new CpuExecutor(), job.program(), job.initial().data(),
              job.initial().constants(), job.steps(), job.checkpointInterval()), 1),
          new SolverRole.Workplace(new FolderStore(folder.resolve("store")), folder.resolve("trail"),
              folder.resolve("store").toString()),
          UnaryOperator.identity());
      Watcher watcher = Watcher.of(chain, deployment, 0, List.of(cheater));
      while (watcher.poll()) {
        // Accepts and posts.
      }
      CompletableFuture<Void> cheating = CompletableFuture.runAsync(() -> {
        while (!cheater.done()) {
          watcher.poll();
        }
      });

      Ran watched = as(VERIFIER, "watch", "--until-idle", "--poll", "1", "--cache", folder.resolve("watch").toString());

      assertThat(watched.exitCode()).as(watched.err()).isEqualTo(ExitCode.FAULT_FOUND);
      assertThat(watched.out()).isEmpty();
      assertThat(watched.err()).contains("WRONG in interval").contains("challenge");
      cheating.get(10, TimeUnit.SECONDS);
    }
    JsonNode status = document(as(-1, "status", "--json", "--job", jobId.toString()), ExitCode.DONE);
    assertThat(claim().get("status").asString()).isEqualTo("REFUTED");
    assertThat(status.get("games")).isEmpty();
    assertThat(status.get("jobs").get(0).get("status").asString()).isEqualTo("OPEN");
    assertThat(status.get("jackpotPoolWei").asString()).isNotEqualTo("0");
    // The job is open again; its submitter takes it back.
    assertThat(document(as(SUBMITTER, "job", "cancel", jobId.toString(), "--json"), ExitCode.DONE).get("tx")).isNotNull();
  }

  /// The same seed, the same bits; another seed, others.
  @Test
  void demo_seed_determinesTheCommitment() {
    String first = commitment("5");
    assertThat(commitment("5")).isEqualTo(first);
    assertThat(commitment("6")).isNotEqualTo(first);
  }

  private static String commitment(String seed) {
    Ran demo = Ran.of("demo", "--cheat", "none", "--seed", seed, "--json");
    JsonNode document = document(demo, ExitCode.DONE);
    assertThat(demo.err()).isEmpty();
    return document.get("commitment").asString();
  }
}
