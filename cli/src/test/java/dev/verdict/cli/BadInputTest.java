package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.cli.console.ExitCode;
import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.Deployment;
import dev.verdict.contracts.DeploymentParameters;
import dev.verdict.contracts.SendPolicy;
import dev.verdict.contracts.Signer;
import dev.verdict.contracts.Transactions;
import dev.verdict.contracts.node.AnvilNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever is wrong with what the command is given: one line on standard error that says what, nothing on standard
/// output, the exit code that says whether to try again, and nothing sent.
@Timeout(120)
class BadInputTest {
  /// Public: the first of the keys that development nodes fund.
  private static final String KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
  private static final Path DIGITS = Path.of(System.getProperty("verdict.testdata"), "data/digits.csv.gz");

  @TempDir static Path folder;

  private static AnvilNode node;
  private static AnvilNode empty;
  private static AnvilNode other;
  private static ChainClient chain;
  private static Signer signer;

  @BeforeAll
  static void deployAndCreateJob() throws IOException {
    node = AnvilNode.start();
    empty = AnvilNode.start();
    other = AnvilNode.start(AnvilNode.Options.standard().withChainId(5));
    chain = node.connect();
    write("key", KEY + "\n");
    signer = node.account(0);
    try (Transactions deployer = Transactions.open(chain, node.account(9), SendPolicy.development())) {
      Deployment.deploy(deployer, DeploymentParameters.development()).save(folder.resolve("deployment.json"));
    }
    Ran created = Ran.of("job", "create", "--data", DIGITS.toString(), "--layers", "64,4,10", "--batch", "8", "--steps",
        "4", "--checkpoint-interval", "2", "--out", folder.resolve("job").toString());
    assertThat(created.exitCode()).as(created.err()).isZero();
    String deployment = Files.readString(folder.resolve("deployment.json"));
    write("notjson", "{");
    write("nothing", "");
    write("othersion.json", deployment.replace("\"version\" : \"1\"", "\"version\" : \"99\""));
    write("nofield.json", deployment.replace("\"firstBlock\"", "\"first\""));
    write("othercode.json", deployment.replaceFirst("(\"codeHash\" : \"0x)....", "$10000"));
    write("badkey", KEY.substring(1));
    write("csv", "1,2,3\n1,x,3\n");
    write("ragged.csv", "1,2,3\n1,2\n");
    String job = Files.readString(folder.resolve("job/job.json"));
    write("job/steps0.json", job.replaceFirst("\"steps\" : 4", "\"steps\" : 0"));
    write("job/unknown.json", job.replaceFirst("\"steps\"", "\"stepz\""));
    write("job/nostore.json", job.replaceFirst("\"store\" : \"store\"", "\"store\" : \"elsewhere\""));
    write("job/otherroot.json", job.replaceFirst("(\"programRoot\" : \"0x)....", "$10000"));
    write("job/shortroot.json", job.replaceFirst("(\"programRoot\" : \"0x)....", "$1"));
    write("job/badurl.json", job.replaceFirst("\"store\" : \"store\"", "\"store\" : \"http://[\""));
    write("job/away.json", job.replaceFirst("\"store\" : \"store\"", "\"store\" : \"http://127.0.0.1:1/\""));
    copyStore("job", "damagedprogram", "programs");
    copyStore("job", "damagedtensor", "tensors");
    copyStore("job", "damagedstate", "states");
  }

  private static void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  /// The job with the first file of one kind damaged in the middle.
  private static void copyStore(String from, String to, String kind) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(from))) {
      for (Path file : files.toList()) {
        Path target = folder.resolve(to).resolve(folder.resolve(from).relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    try (Stream<Path> files = Files.list(folder.resolve(to).resolve("store").resolve(kind))) {
      Path first = files.sorted().findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(first);
      bytes[bytes.length / 2] ^= 1;
      Files.write(first, bytes);
    }
  }

  @AfterAll
  static void stopNodes() {
    chain.close();
    for (AnvilNode each : List.of(node, empty, other)) {
      each.close();
    }
  }

  /// @param says what the line must hold
  private record Case(String name, int exitCode, List<String> says, List<String> arguments) {
    static Case of(String name, int exitCode, List<String> says, String... arguments) {
      return new Case(name, exitCode, says, List.of(arguments));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final String ID = "0x" + "12".repeat(32);

  /// `@x` is the file x in the test's folder, `@rpc` and so on what they say.
  static Stream<Case> cases() {
    int wrong = ExitCode.WRONG_INPUT;
    int retry = ExitCode.RETRY;
    return Stream.of(
        Case.of("unknown option", wrong, List.of("--frobnicate", "--help"), "demo", "--frobnicate"),
        Case.of("unknown command", wrong, List.of("frobnicate", "--help"), "frobnicate"),
        Case.of("unknown subcommand", wrong, List.of("frobnicate", "--help"), "job", "frobnicate"),
        Case.of("command missing", wrong, List.of("--help"), "job"),
        Case.of("unknown cheat", wrong, List.of("--cheat", "lie", "skip-step"), "demo", "--cheat", "lie"),
        Case.of("unknown model", wrong, List.of("--model", "gpt", "digits-mlp"), "demo", "--model", "gpt"),
        Case.of("model's data missing", wrong, List.of("train-images-idx3-ubyte.gz", "apt-get install", "--data"),
            "demo", "--model", "fashion-mlp", "--data", "@nowhere"),
        Case.of("seed is no number", wrong, List.of("--seed", "x"), "demo", "--seed", "x"),
        Case.of("option's value missing", wrong, List.of("--seed"), "demo", "--seed"),
        Case.of("required option missing", wrong, List.of("--data"), "job", "create"),
        Case.of("no node", wrong, List.of("--rpc", "VERDICT_RPC"), "status"),
        Case.of("node's URL with a space", wrong, List.of("--rpc"), "status", "--rpc", "http://a b"),
        Case.of("node's URL of another kind", wrong, List.of("http"), "status", "--rpc", "ftp://localhost"),
        Case.of("node's URL without host", wrong, List.of("--rpc"), "status", "--rpc", "http://"),
        Case.of("node unreachable", retry, List.of("127.0.0.1:1", "check"), "status", "--rpc", "http://127.0.0.1:1"),
        Case.of("deployment file missing", wrong, List.of("nowhere.json", "deploy"), "status", "--rpc", "@rpc",
            "--deployment", "@nowhere.json"),
        Case.of("deployment file empty", wrong, List.of("nothing"), "status", "--rpc", "@rpc", "--deployment",
            "@nothing"),
        Case.of("deployment file not JSON", wrong, List.of("notjson", "JSON"), "status", "--rpc", "@rpc",
            "--deployment", "@notjson"),
        Case.of("deployment file is a folder", wrong, List.of("job"), "status", "--rpc", "@rpc", "--deployment", "@job"),
        Case.of("deployment file lacks a field", wrong, List.of("nofield.json", "firstBlock"), "status", "--rpc", "@rpc",
            "--deployment", "@nofield.json"),
        Case.of("deployment of another version", wrong, List.of("version 1", "99"), "status", "--rpc", "@rpc",
            "--deployment", "@othersion.json"),
        Case.of("other code at the address", wrong, List.of("code 0x", "deploy"), "status", "--rpc", "@rpc",
            "--deployment", "@othercode.json"),
        Case.of("no contract at the address", wrong, List.of("no code on chain 31337"), "status", "--rpc", "@empty",
            "--deployment", "@deployment.json"),
        Case.of("another chain", wrong, List.of("chain 5", "chain 31337"), "status", "--rpc", "@other", "--deployment",
            "@deployment.json"),
        Case.of("deployment file exists", wrong, List.of("deployment.json", "--force"), "deploy", "--rpc", "@rpc",
            "--key-file", "@key", "--deployment", "@deployment.json"),
        Case.of("deployment file nowhere", wrong, List.of("can't be written", "--deployment"), "deploy", "--rpc", "@rpc",
            "--key-file", "@key", "--deployment", "@no/such/folder/d.json"),
        Case.of("learning rate is no number", wrong, List.of("learning rate", "NaN"), "job", "create", "--data",
            System.getProperty("verdict.testdata") + "/data/digits.csv.gz", "--learning-rate", "NaN", "--out", "@nan"),
        Case.of("clock too long", wrong, List.of("--clock"), "deploy", "--rpc", "@rpc", "--key-file", "@key", "--deployment",
            "@new.json", "--clock", "9223372036854775807"),
        Case.of("clock of no time", wrong, List.of("--clock"), "deploy", "--rpc", "@rpc", "--key-file", "@key",
            "--deployment", "@new.json", "--clock", "0"),
        Case.of("reward above half", wrong, List.of("--reward", "5000"), "deploy", "--rpc", "@rpc", "--key-file", "@key",
            "--deployment", "@new.json", "--reward", "5001"),
        Case.of("windows the wrong way round", wrong, List.of("--min-window", "--max-window"), "deploy", "--rpc", "@rpc",
            "--key-file", "@key", "--deployment", "@new.json", "--min-window", "61", "--max-window", "60"),
        Case.of("no key", wrong, List.of("--key-file"), "stake", "show", "--rpc", "@rpc", "--deployment",
            "@deployment.json"),
        stake("key file missing", wrong, List.of("nokey"), "@nokey", "deposit", "1eth"),
        stake("key file empty", wrong, List.of("nothing", "empty"), "@nothing", "deposit", "1eth"),
        stake("key malformed", wrong, List.of("badkey", "64 hexadecimal"), "@badkey", "deposit", "1eth"),
        stake("key file is a folder", wrong, List.of("job"), "@job", "deposit", "1eth"),
        stake("amount malformed", wrong, List.of("1 pound", "0.5eth"), "@key", "deposit", "1 pound"),
        stake("amount negative", wrong, List.of("-1"), "@key", "deposit", "--", "-1"),
        stake("amount of half a wei", wrong, List.of("0.5", "whole"), "@key", "deposit", "0.5wei"),
        stake("amount of nothing", wrong, List.of("ZeroAmount"), "@key", "deposit", "0"),
        stake("amount beyond the account's", retry, List.of("fund"), "@key", "deposit", "20000eth"),
        stake("more unbonded than there is", wrong, List.of("InsufficientFree"), "@key", "unbond", "1eth"),
        stake("nothing to withdraw", wrong, List.of("NothingToWithdraw"), "@key", "withdraw"),
        stake("operator is no address", wrong, List.of("0x123", "40 hexadecimal"), "@key", "operator", "0x123"),
        stake("account is no address", wrong, List.of("me", "40 hexadecimal"), "@key", "deposit", "1eth", "--account",
            "me"),
        submit("job file missing", wrong, List.of("nojob.json"), "@job/nojob.json"),
        submit("job file not JSON", wrong, List.of("notjson", "JSON"), "@notjson"),
        submit("job of no steps", wrong, List.of("steps0.json", "'steps'", "positive"), "@job/steps0.json"),
        submit("job with an unknown field", wrong, List.of("unknown.json", "'stepz'", "steps"), "@job/unknown.json"),
        submit("job with half a root", wrong, List.of("shortroot.json", "programRoot", "64"), "@job/shortroot.json"),
        submit("job of another program", wrong, List.of("otherroot.json", "verdict job create"), "@job/otherroot.json"),
        submit("job without its store", wrong, List.of("nostore.json", "elsewhere", "verdict job create"), "@job/nostore.json"),
        submit("job with a store that is none", wrong, List.of("http://["), "@job/badurl.json"),
        submit("job with a store that doesn't answer", retry, List.of("127.0.0.1:1"), "@job/away.json"),
        submit("program file damaged", wrong, List.of("damagedprogram", ".vdct"), "@damagedprogram/job.json"),
        submit("tensor file damaged", wrong, List.of("damagedtensor", ".safetensors"), "@damagedtensor/job.json"),
        submit("state file damaged", wrong, List.of("damagedstate", ".safetensors"), "@damagedstate/job.json"),
        create("data file missing", List.of("nodata.csv"), "--data", "@nodata.csv"),
        create("data file is a folder", List.of("job"), "--data", "@job"),
        create("data not numbers", List.of("line 2, column 2", "'x'"), "--data", "@csv"),
        create("data ragged", List.of("ragged.csv", "line 2"), "--data", "@ragged.csv"),
        create("data empty", List.of("nothing"), "--data", "@nothing"),
        create("layers that don't fit", List.of("64", "layers"), "--data", "@digits", "--layers", "63,10"),
        create("one layer", List.of("layer"), "--data", "@digits", "--layers", "64"),
        create("layer of no width", List.of("layer"), "--data", "@digits", "--layers", "64,0,10"),
        create("layers that aren't numbers", List.of("--layers"), "--data", "@digits", "--layers", "64,x,10"),
        create("batch of nothing", List.of("Batch"), "--data", "@digits", "--batch", "0"),
        create("batch above the data", List.of("rows"), "--data", "@digits", "--batch", "5000"),
        create("no steps", List.of("steps"), "--data", "@digits", "--steps", "0"),
        create("no interval", List.of("checkpointInterval"), "--data", "@digits", "--checkpoint-interval", "0"),
        create("work of no time", List.of("--work-time"), "--data", "@digits", "--work-time", "0"),
        create("negative test rows", List.of("test"), "--data", "@digits", "--test-rows", "-1"),
        create("folder under a file", List.of("key"), "--data", "@digits", "--out", "@key/under"),
        Case.of("job's id malformed", wrong, List.of("0x12", "64"), "solve", "--rpc", "@rpc", "--deployment",
            "@deployment.json", "--key-file", "@key", "--job", "0x12"),
        Case.of("job unknown", wrong, List.of(ID, "status"), "solve", "--rpc", "@rpc", "--deployment",
            "@deployment.json", "--key-file", "@key", "--job", ID),
        Case.of("job to cancel unknown", wrong, List.of("WrongJobStatus"), "job", "cancel", "--rpc", "@rpc",
            "--deployment", "@deployment.json", "--key-file", "@key", ID),
        Case.of("negative intervals", wrong, List.of("--intervals"), "watch", "--rpc", "@rpc", "--deployment",
            "@deployment.json", "--key-file", "@key", "--intervals", "-1"),
        Case.of("poll of no time", wrong, List.of("--poll"), "watch", "--rpc", "@rpc", "--deployment",
            "@deployment.json", "--key-file", "@key", "--poll", "-1", "--until-idle"));
  }

  private static Case stake(String name, int exitCode, List<String> says, String key, String... action) {
    List<String> arguments = new ArrayList<>(List.of("stake", action[0], "--rpc", "@rpc", "--deployment",
        "@deployment.json", "--key-file", key));
    arguments.addAll(List.of(action).subList(1, action.length));
    return new Case(name, exitCode, says, arguments);
  }

  private static Case submit(String name, int exitCode, List<String> says, String file) {
    return Case.of(name, exitCode, says, "job", "submit", "--rpc", "@rpc", "--deployment", "@deployment.json",
        "--key-file", "@key", file);
  }

  private static Case create(String name, List<String> says, String... options) {
    List<String> arguments = new ArrayList<>(List.of("job", "create"));
    arguments.addAll(List.of(options));
    if (!arguments.contains("--out")) {
      arguments.addAll(List.of("--out", "@created"));
    }
    return new Case(name, ExitCode.WRONG_INPUT, says, arguments);
  }

  private static String resolved(String argument) {
    return switch (argument) {
      case "@rpc" -> node.url().toString();
      case "@empty" -> empty.url().toString();
      case "@other" -> other.url().toString();
      case "@digits" -> DIGITS.toString();
      default -> argument.startsWith("@") ? folder.resolve(argument.substring(1)).toString() : argument;
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void run_badInput_saysSoInOneLine(Case bad) {
    long nonce = chain.pendingNonce(signer.account());

    Ran ran = Ran.of(bad.arguments().stream().map(BadInputTest::resolved).toArray(String[]::new));

    assertThat(ran.errLines()).as("standard error").hasSize(1);
    assertThat(ran.err()).startsWith("verdict: ").doesNotContain("unexpected").doesNotContain("null");
    assertThat(ran.err()).contains(bad.says());
    assertThat(ran.err()).as("no secret").doesNotContain(KEY).doesNotContain(KEY.substring(1));
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(bad.exitCode());
    assertThat(ran.out()).isEmpty();
    assertThat(chain.pendingNonce(signer.account())).as("transactions").isEqualTo(nonce);
    assertThat(folder.resolve("new.json")).doesNotExist();
  }

  @Test
  void run_withoutArguments_showsUsageOnStandardError() {
    Ran ran = Ran.of();
    assertThat(ran.exitCode()).isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("Usage: verdict");
  }

  @Test
  void run_help_isOnStandardOutput() {
    for (List<String> command : List.of(List.of("--help"), List.of("demo", "--help"), List.of("job", "create", "--help"),
        List.of("solve", "--help"), List.of("watch", "--help"), List.of("stake", "--help"), List.of("--version"))) {
      Ran ran = Ran.of(command.toArray(String[]::new));
      assertThat(ran.exitCode()).as(command.toString()).isZero();
      assertThat(ran.err()).isEmpty();
      assertThat(ran.out()).isNotEmpty();
    }
  }
}
