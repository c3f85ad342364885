namespace DpsPortal.KeyVault.Http;

/// <summary>The name of an operation in the audit log, and the data action that it needs.</summary>
/// <param name="Since">The minor number of the first api-version 7.x that has it.</param>
internal sealed record DataOperation(string AuditName, string Action, int Since = 0);
