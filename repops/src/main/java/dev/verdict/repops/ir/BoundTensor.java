package dev.verdict.repops.ir;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.commit.Digest;

/// A data set or a constant: a tensor that the program binds by its root (SPEC §3.2, §4).
public record BoundTensor(String name, DType dtype, Shape shape, Digest root) {}
