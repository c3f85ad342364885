using DpsPortal.Services.Keys;

namespace DpsPortal.Services.Instances;

/// <summary>What a vault says of a key's current version, or why it says nothing and what it said last.</summary>
internal sealed record CurrentVersion(string? Version, KeyAbsence? Absence = null, SeenVersion? LastSeen = null);
