package dev.verdict.repops.ir;

import dev.verdict.repops.DType;

/// The type of a register (SPEC §2.1).
public enum RegisterType {
  F32,
  I64;

  /// The register type that elements of `dtype` are loaded into.
  public static RegisterType of(DType dtype) {
    return dtype.isInteger() ? I64 : F32;
  }
}
