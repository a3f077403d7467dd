@NullMarked
package dev.verdict.repops.conformance;

import org.jspecify.annotations.NullMarked;
