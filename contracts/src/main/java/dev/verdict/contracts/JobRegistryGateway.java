package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.contracts.generated.JobRegistry;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.web3j.tx.gas.DefaultGasProvider;

/// Jobs and claims (SPEC §5.1, §6.5, §8). Methods that return a [TransactionRequest] send nothing: hand it to
/// [Transactions]. Ids of new jobs and claims come from the receipt's events, see [ContractEvents].
public final class JobRegistryGateway extends Gateway {
  private final JobRegistry wrapper;

  private JobRegistryGateway(ChainClient client, Account address, OptionalLong block) {
    super("JobRegistry", client, address, block);
    this.wrapper =
        JobRegistry.load(
            address.toString(),
            client.web3j(),
            encodingOnly(client, address),
            new DefaultGasProvider());
  }

  /// Reads at the newest block.
  public static JobRegistryGateway at(ChainClient client, Account address) {
    return new JobRegistryGateway(client, address, OptionalLong.empty());
  }

  /// Reads as of a block.
  public JobRegistryGateway asOf(long blockNumber) {
    return new JobRegistryGateway(client(), address(), OptionalLong.of(blockNumber));
  }

  /// Submits a job and locks its payment.
  ///
  /// @param location where its program and data are; the contract doesn't interpret it
  /// @param depositWei what is sent along, and deposited for the sender first
  public TransactionRequest submitJob(JobTerms terms, String location, BigInteger depositWei) {
    return request("submitJob", wrapper.submitJob(encoded(terms), location, depositWei))
        .withValue(depositWei);
  }

  /// Takes back a job that no solver holds.
  public TransactionRequest cancelJob(Digest jobId) {
    return request("cancelJob", wrapper.cancelJob(jobId.bytes()));
  }

  /// Locks `solver`'s stake and reserves the job to it. By the solver or its operator.
  public TransactionRequest acceptJob(Digest jobId, Account solver) {
    return request("acceptJob", wrapper.acceptJob(jobId.bytes(), solver.toString()));
  }

  /// Posts the holder's claim.
  ///
  /// @param lastState S_T
  /// @param firstPath from leaf 0, the job's S_0, to the root of the checkpoints
  /// @param lastPath from the last leaf, `lastState`, to the same root
  /// @param location where the checkpoints are
  public TransactionRequest postClaim(
      Digest jobId,
      Digest lastState,
      List<Digest> firstPath,
      List<Digest> lastPath,
      String location) {
    return request(
        "postClaim",
        wrapper.postClaim(
            jobId.bytes(), lastState.bytes(), bytes(firstPath), bytes(lastPath), location));
  }

  /// Takes the job from a holder whose time is over. By anyone.
  public TransactionRequest expireJob(Digest jobId) {
    return request("expireJob", wrapper.expireJob(jobId.bytes()));
  }

  /// Confirms a claim whose window is over and on which no game is open. By anyone.
  public TransactionRequest finalizeClaim(long claimId) {
    return request("finalize", wrapper.finalize(u64(claimId)));
  }

  /// The id that `terms` get when `submitter` submits them here.
  public Digest jobIdOf(JobTerms terms, Account submitter) {
    return readDigest("jobIdOf", wrapper.jobIdOf(encoded(terms), submitter.toString()));
  }

  /// A job; empty where there is none.
  public Optional<Job> job(Digest jobId) {
    JobRegistry.Job job = (JobRegistry.Job) read("job", wrapper.job(jobId.bytes())).getFirst();
    JobStatus status = JobStatus.values()[job.status.intValueExact()];
    if (status == JobStatus.NONE) {
      return Optional.empty();
    }
    return Optional.of(
        new Job(
            Digest.of(job.programRoot),
            Digest.of(job.initialState),
            job.steps.longValue(),
            job.checkpointInterval.longValue(),
            job.workSeconds.longValue(),
            job.challengeSeconds.longValue(),
            Account.ofHex(job.submitter),
            job.challengerBondWei,
            Account.ofHex(job.solver),
            job.solverStakeWei,
            job.paymentWei,
            job.workDeadline.longValue(),
            status));
  }

  /// A claim; empty where there is none.
  public Optional<Claim> claim(long claimId) {
    JobRegistry.Claim claim =
        (JobRegistry.Claim) read("claim", wrapper.claim(u64(claimId))).getFirst();
    ClaimStatus status = ClaimStatus.values()[claim.status.intValueExact()];
    if (status == ClaimStatus.NONE) {
      return Optional.empty();
    }
    return Optional.of(
        new Claim(
            Digest.of(claim.jobId),
            Digest.of(claim.checkpoints),
            Digest.of(claim.lastState),
            Account.ofHex(claim.solver),
            claim.windowEnd.longValue(),
            claim.openGames.longValue(),
            status,
            Account.ofHex(claim.winner),
            claim.winningGame.longValue(),
            claim.winnerGas.longValue()));
  }

  /// Claims posted so far, and the id of the last.
  public long claimCount() {
    return readLong("claimCount", wrapper.claimCount());
  }

  public Account vault() {
    return readAccount("VAULT", wrapper.VAULT());
  }

  public Account game() {
    return readAccount("GAME", wrapper.GAME());
  }

  /// The least stake a job may ask of its solver.
  public BigInteger minSolverStakeWei() {
    return readNumber("MIN_SOLVER_STAKE", wrapper.MIN_SOLVER_STAKE());
  }

  /// The least bond a job may ask of a challenger.
  public BigInteger minChallengerBondWei() {
    return readNumber("MIN_CHALLENGER_BOND", wrapper.MIN_CHALLENGER_BOND());
  }

  public long minChallengeSeconds() {
    return readLong("MIN_CHALLENGE_SECONDS", wrapper.MIN_CHALLENGE_SECONDS());
  }

  public long maxChallengeSeconds() {
    return readLong("MAX_CHALLENGE_SECONDS", wrapper.MAX_CHALLENGE_SECONDS());
  }

  /// α in 1/10,000.
  public int rewardBps() {
    return readNumber("REWARD_BPS", wrapper.REWARD_BPS()).intValueExact();
  }

  /// The most that is repaid for one gas.
  public BigInteger gasPriceCapWei() {
    return readNumber("GAS_PRICE_CAP", wrapper.GAS_PRICE_CAP());
  }

  private static JobRegistry.JobTerms encoded(JobTerms terms) {
    return new JobRegistry.JobTerms(
        terms.programRoot().bytes(),
        terms.initialState().bytes(),
        u64(terms.steps()),
        u64(terms.checkpointInterval()),
        terms.paymentWei(),
        terms.solverStakeWei(),
        terms.challengerBondWei(),
        u64(terms.workSeconds()),
        u64(terms.challengeSeconds()),
        terms.salt().bytes());
  }
}
