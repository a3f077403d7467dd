package dev.verdict.bisection.game;

/// Why bytes prove nothing.
///
/// @param place the part of the proof, for example `node path`
/// @param problem what is wrong with it
public record NotAProof(String place, String problem) {
  @Override
  public String toString() {
    return place + ": " + problem;
  }
}
