/// Operators against hand-computed values, ND4J, and finite differences.
@NullMarked
package dev.verdict.repops.op;

import org.jspecify.annotations.NullMarked;
