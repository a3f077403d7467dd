package dev.verdict.staking.role;

import dev.verdict.contracts.JobTerms;
import dev.verdict.contracts.Receipt;
import java.math.BigInteger;

/// What a submitter does.
public final class Submitter {
  private Submitter() {}

  /// Submits a job, depositing as much of its payment as isn't free in the vault already.
  ///
  /// @param location where others reach the job's objects
  public static Receipt submit(Participant submitter, JobTerms terms, String location) {
    BigInteger missing = terms.paymentWei().subtract(submitter.vault().balanceOf(submitter.account()).freeWei())
        .max(BigInteger.ZERO);
    return submitter.send("submitJob", submitter.registry().submitJob(terms, location, missing));
  }
}
