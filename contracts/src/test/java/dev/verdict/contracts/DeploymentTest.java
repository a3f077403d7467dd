package dev.verdict.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.contracts.node.AnvilNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DeploymentTest {
  private static TestChain chain;
  private static Deployment deployment;

  @TempDir private Path folder;

  @BeforeAll
  static void deploy() {
    chain = TestChain.start();
    deployment = Deployment.deploy(chain.sender(0), DeploymentParameters.development());
  }

  @AfterAll
  static void stopNode() {
    chain.close();
  }

  @Test
  void deploy_onANewChain_parametersAreThoseGiven() {
    deployment.verify(chain.client);
    DeploymentParameters parameters = deployment.parameters();
    assertThat(deployment.game(chain.client).parameters()).isEqualTo(parameters.clocks());
    assertThat(deployment.game(chain.client).delayBoundSeconds())
        .isEqualTo(parameters.clocks().delayBoundSeconds());
    assertThat(deployment.game(chain.client).maxMoves()).isEqualTo(90);
    assertThat(deployment.game(chain.client).vault()).isEqualTo(deployment.vault().address());
    assertThat(deployment.vault(chain.client).unbondingSeconds())
        .isEqualTo(parameters.unbondingSeconds());
    JobRegistryGateway registry = deployment.registry(chain.client);
    assertThat(registry.minSolverStakeWei()).isEqualTo(parameters.minSolverStakeWei());
    assertThat(registry.minChallengerBondWei()).isEqualTo(parameters.minChallengerBondWei());
    assertThat(registry.minChallengeSeconds()).isEqualTo(parameters.minChallengeSeconds());
    assertThat(registry.maxChallengeSeconds()).isEqualTo(parameters.maxChallengeSeconds());
    assertThat(registry.rewardBps()).isEqualTo(parameters.rewardBps());
    assertThat(registry.gasPriceCapWei()).isEqualTo(parameters.gasPriceCapWei());
  }

  @Test
  void deploy_unfitParameters_saysWhichDoesntFit() {
    DeploymentParameters good = DeploymentParameters.development();
    DeploymentParameters bad =
        new DeploymentParameters(
            good.clocks(),
            good.minSolverStakeWei(),
            good.minChallengerBondWei(),
            good.minChallengeSeconds(),
            good.maxChallengeSeconds(),
            good.rewardBps(),
            good.gasPriceCapWei(),
            good.unbondingSeconds() - 1);
    Transactions sender = chain.sender(3);
    assertThatThrownBy(() -> Deployment.deploy(sender, bad))
        .isInstanceOfSatisfying(
            ContractRevertedException.class, e -> assertThat(e.name()).isEqualTo("Misconfigured"))
        .hasMessageContaining("vault.UNBONDING_SECONDS");
  }

  @Test
  void save_thenOpen_isTheSame() {
    Path file = folder.resolve("new").resolve("deployment.json");
    deployment.save(file);
    assertThat(Deployment.open(file, chain.client)).isEqualTo(deployment);
  }

  @Test
  void open_otherChain_saysSo() {
    Path file = folder.resolve("deployment.json");
    deployment.save(file);
    try (AnvilNode other = AnvilNode.start(AnvilNode.Options.standard().withChainId(7));
        ChainClient client = other.connect()) {
      assertThatThrownBy(() -> Deployment.open(file, client))
          .isInstanceOf(WrongChainException.class);
    }
  }

  @Test
  void open_sameIdButNewChain_saysThatThereIsNoCode() {
    Path file = folder.resolve("deployment.json");
    deployment.save(file);
    try (AnvilNode other = AnvilNode.start();
        ChainClient client = other.connect()) {
      assertThatThrownBy(() -> Deployment.open(file, client))
          .isInstanceOf(WrongContractVersionException.class)
          .hasMessageContaining("no code on chain 31337");
    }
  }

  @Test
  void open_otherVersionOrCode_saysSo() throws IOException {
    Path file = folder.resolve("deployment.json");
    deployment.save(file);
    String text = Files.readString(file);

    Files.writeString(file, text.replace("\"version\" : \"1\"", "\"version\" : \"0\""));
    assertThatThrownBy(() -> Deployment.load(file))
        .isInstanceOf(WrongContractVersionException.class)
        .hasMessageContaining("expected version 1, found version 0");

    Files.writeString(
        file,
        text.replace(deployment.game().codeHash().hex(), deployment.vault().codeHash().hex()));
    assertThatThrownBy(() -> Deployment.open(file, chain.client))
        .isInstanceOf(WrongContractVersionException.class)
        .hasMessageContaining("DisputeGame");
  }

  @Test
  void load_notADeployment_saysSoInOneLine() throws IOException {
    for (String text : new String[] {"", "{", "{}", "[]", "{\"chainId\": \"x\", \"version\": 1}"}) {
      Path file = Files.writeString(folder.resolve("bad.json"), text);
      assertThatThrownBy(() -> Deployment.load(file))
          .isInstanceOf(DeploymentFileException.class)
          .hasMessageContaining("bad.json")
          .message()
          .hasLineCount(1);
    }
    Path missing = folder.resolve("missing.json");
    assertThatThrownBy(() -> Deployment.load(missing)).isInstanceOf(DeploymentFileException.class);
  }

  @Test
  void verify_contractsOfTwoDeployments_saysWhichDontBelongTogether() {
    Deployment second = Deployment.deploy(chain.sender(4), DeploymentParameters.development());
    Deployment mixed =
        new Deployment(
            deployment.chainId(),
            deployment.version(),
            deployment.firstBlock(),
            deployment.verifier(),
            second.vault(),
            deployment.registry(),
            deployment.game(),
            deployment.parameters());
    assertThatThrownBy(() -> mixed.verify(chain.client))
        .isInstanceOf(WrongContractVersionException.class)
        .hasMessageContaining("JobRegistry.VAULT");
    assertThat(second.parameters().minSolverStakeWei()).isEqualTo(BigInteger.TEN.pow(15));
  }
}
