package dev.verdict.repops.ir;

/// One way in which a program breaks one rule.
///
/// @param rule the rule's name, for example `stride-ranks`
/// @param place where, for example `node 17 MatMul, input 1`
/// @param reason what is wrong
/// @param expected what the rule asks for
/// @param actual what the program has
public record Violation(String rule, String place, String reason, String expected, String actual) {
  /// For example `node 17 MatMul, input 1: reads a tensor of another dtype: expected F32, found U8`.
  @Override
  public String toString() {
    return place + ": " + reason + ": expected " + expected + ", found " + actual;
  }
}
