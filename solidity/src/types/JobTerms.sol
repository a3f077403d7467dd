// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a submitter asks for and offers. Hashed, with chain, registry and submitter, into the job's id
/// (SPEC §4).
struct JobTerms {
    /// The step program (SPEC §3.2).
    bytes32 programRoot;
    /// S_0.
    bytes32 initialState;
    /// T, 1 … 2^32.
    uint64 steps;
    /// c, the steps between two leaves of the claim, 1 … 2^32.
    uint64 checkpointInterval;
    /// To the solver, when its claim is confirmed.
    uint256 paymentWei;
    /// What the solver loses with a false claim, or with none in time.
    uint256 solverStakeWei;
    /// What a challenger loses with a wrong challenge.
    uint256 challengerBondWei;
    /// From acceptance to claim.
    uint64 workSeconds;
    /// From claim to the end of the challenge window.
    uint64 challengeSeconds;
    /// Tells jobs of the same terms apart.
    bytes32 salt;
}
