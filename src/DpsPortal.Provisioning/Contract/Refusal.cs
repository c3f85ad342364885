namespace DpsPortal.Provisioning.Contract;

/// <summary>Why a call was refused, in a form the portal can put into the reader's language.</summary>
/// <param name="Code">Stable code; the portal's text is the resource <c>Refusal_{Code}</c>.</param>
/// <param name="Field">The form field at fault, when there is one.</param>
/// <param name="Arguments">Values the text names (a count, a name, a limit), in order.</param>
public sealed record Refusal(string Code, string? Field = null, params IReadOnlyList<string> Arguments);
