namespace DpsPortal.Services.People;

/// <summary>Who is signed in. A person has exactly one role.</summary>
/// <param name="ObjectId">Directory object id (<c>oid</c>); names and e-mail addresses identify nobody.</param>
public sealed record Person(string ObjectId, string DisplayName, PortalRole Role);
