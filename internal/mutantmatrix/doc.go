// Package mutantmatrix tests the conformance suite: it puts the suite to every
// server of package deviations and holds what goes red against two laws.
//
//  1. Every MUST and SHOULD that can be seen from outside is found broken by at
//     least one mutant. A mutant is found out by all the requirements that it
//     names, as a failure in strict and at least a warning in spec, and by none
//     that it does not allow; what goes red is, to the requirement, what a golden
//     file says.
//  2. No innocent fails or warns in a profile where its peculiarity is allowed,
//     and the unmodified server passes strict.
//
// A suite that breaks off has caught nobody: whatever is not a report is a
// breach.
package mutantmatrix
