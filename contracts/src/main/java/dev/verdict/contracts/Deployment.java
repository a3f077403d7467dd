package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.Keccak256;
import dev.verdict.contracts.generated.DisputeGame;
import dev.verdict.contracts.generated.JobRegistry;
import dev.verdict.contracts.generated.OneStepVerifier;
import dev.verdict.contracts.generated.StakeVault;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.crypto.ContractUtils;
import org.web3j.utils.Numeric;

/// The contracts as they stand on one chain. A value; [#save] and [#load] keep it in a file, [#verify] compares it with
/// the chain.
///
/// @param version of the protocol, [#VERSION] for what this build deploys
/// @param firstBlock nothing that concerns these contracts happened before it
public record Deployment(
    long chainId,
    String version,
    long firstBlock,
    Contract verifier,
    Contract vault,
    Contract registry,
    Contract game,
    DeploymentParameters parameters) {
  /// The protocol's version that this build speaks.
  public static final String VERSION = "1";

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /// A contract's place, and keccak256 of the code there, immutables included.
  public record Contract(Account address, Digest codeHash) {}

  /// Deploys all four. Vault, registry and game name each other, so each is told the addresses that the next
  /// transactions will create: nobody else may send with this key meanwhile. Where somebody does, the deployment fails
  /// with an exception, and what was deployed so far is of no use and holds no money.
  public static Deployment deploy(Transactions transactions, DeploymentParameters parameters) {
    ChainClient client = transactions.client();
    Account deployer = transactions.account();
    long firstBlock = client.blockNumber();
    PendingTransaction first =
        transactions.submit(creation("OneStepVerifier", OneStepVerifier.BINARY, List.of()));
    Account verifier = first.await(PATIENCE).created().orElseThrow();
    long nonce = first.nonce() + 1;
    Account vault = created(deployer, nonce);
    Account registry = created(deployer, nonce + 1);
    Account game = created(deployer, nonce + 2);
    create(
        transactions,
        vault,
        creation(
            "StakeVault",
            StakeVault.BINARY,
            List.of(address(registry), new Uint64(Gateway.u64(parameters.unbondingSeconds())))));
    create(
        transactions,
        registry,
        creation(
            "JobRegistry",
            JobRegistry.BINARY,
            List.of(
                address(vault),
                address(game),
                new Uint256(parameters.minSolverStakeWei()),
                new Uint256(parameters.minChallengerBondWei()),
                new Uint64(Gateway.u64(parameters.minChallengeSeconds())),
                new Uint64(Gateway.u64(parameters.maxChallengeSeconds())),
                new Uint256(BigInteger.valueOf(parameters.rewardBps())),
                new Uint256(parameters.gasPriceCapWei()))));
    create(
        transactions,
        game,
        creation(
            "DisputeGame",
            DisputeGame.BINARY,
            List.of(
                address(registry),
                address(verifier),
                new Uint64(Gateway.u64(parameters.clocks().solverClock())),
                new Uint64(Gateway.u64(parameters.clocks().challengerClock())),
                new Uint64(Gateway.u64(parameters.clocks().extension())))));
    return new Deployment(
        client.chainId(),
        VERSION,
        firstBlock,
        found(client, verifier),
        found(client, vault),
        found(client, registry),
        found(client, game),
        parameters);
  }

  private static void create(
      Transactions transactions, Account expected, TransactionRequest creation) {
    Account actual = transactions.send(creation).created().orElseThrow();
    if (!actual.equals(expected)) {
      throw new WrongContractVersionException(
          creation.operation(),
          expected,
          "the address foretold",
          actual + ", as something else was sent with the key meanwhile");
    }
  }

  @SuppressWarnings("rawtypes")
  private static TransactionRequest creation(String contract, String code, List<Type> arguments) {
    return TransactionRequest.create(
        "deploy " + contract,
        Numeric.hexStringToByteArray(code + FunctionEncoder.encodeConstructor(arguments)));
  }

  private static Address address(Account account) {
    return new Address(account.toString());
  }

  /// Of the contract that the account's transaction of that nonce creates.
  private static Account created(Account account, long nonce) {
    return Account.of(
        ContractUtils.generateContractAddress(account.bytes(), BigInteger.valueOf(nonce)));
  }

  private static Contract found(ChainClient client, Account address) {
    return new Contract(address, Keccak256.of(client.code(address)));
  }

  /// Reads a deployment file. Throws [DeploymentFileException] where it is none, and [WrongContractVersionException]
  /// where another version wrote it.
  public static Deployment load(Path file) {
    return DeploymentFile.read(file);
  }

  /// Reads a deployment file and compares it with the chain; throws as [#load] and [#verify].
  public static Deployment open(Path file, ChainClient client) {
    Deployment deployment = load(file);
    deployment.verify(client);
    return deployment;
  }

  /// Writes the deployment file. Throws [java.io.UncheckedIOException] where it can't be written.
  public void save(Path file) {
    DeploymentFile.write(this, file);
  }

  /// Throws [WrongChainException] where the client's chain is another, and [WrongContractVersionException] where the
  /// contracts aren't where they should be, have other code, or don't name each other.
  public void verify(ChainClient client) {
    client.requireChain(chainId);
    requireVersion(version);
    requireCode(client, "OneStepVerifier", verifier);
    requireCode(client, "StakeVault", vault);
    requireCode(client, "JobRegistry", registry);
    requireCode(client, "DisputeGame", game);
    DisputeGameGateway gameGateway = game(client);
    JobRegistryGateway registryGateway = registry(client);
    requireSame("DisputeGame.REGISTRY", game, registry, gameGateway.registry());
    requireSame("DisputeGame.VERIFIER", game, verifier, gameGateway.verifier());
    requireSame("JobRegistry.VAULT", registry, vault, registryGateway.vault());
    requireSame("JobRegistry.GAME", registry, game, registryGateway.game());
    requireSame("StakeVault.REGISTRY", vault, registry, vault(client).registry());
  }

  void requireVersion(String actual) {
    if (!actual.equals(VERSION)) {
      throw new WrongContractVersionException(
          "the deployment", game.address(), "version " + VERSION, "version " + actual);
    }
  }

  private static void requireCode(ChainClient client, String name, Contract contract) {
    byte[] code = client.code(contract.address());
    if (code.length == 0) {
      throw new WrongContractVersionException(
          name, contract.address(), "a contract", "no code on chain " + client.chainId());
    }
    Digest actual = Keccak256.of(code);
    if (!actual.equals(contract.codeHash())) {
      throw new WrongContractVersionException(
          name, contract.address(), "code " + contract.codeHash(), "code " + actual);
    }
  }

  private static void requireSame(String what, Contract at, Contract expected, Account actual) {
    if (!actual.equals(expected.address())) {
      throw new WrongContractVersionException(
          what, at.address(), expected.address().toString(), actual.toString());
    }
  }

  public StakeVaultGateway vault(ChainClient client) {
    return StakeVaultGateway.at(client, vault.address());
  }

  public JobRegistryGateway registry(ChainClient client) {
    return JobRegistryGateway.at(client, registry.address());
  }

  public DisputeGameGateway game(ChainClient client) {
    return DisputeGameGateway.at(client, game.address());
  }

  /// Decodes what these contracts tell.
  public ContractEvents events() {
    return new ContractEvents(vault.address(), registry.address(), game.address());
  }

  /// The contracts that tell something.
  public List<Account> emitters() {
    return List.of(vault.address(), registry.address(), game.address());
  }
}
