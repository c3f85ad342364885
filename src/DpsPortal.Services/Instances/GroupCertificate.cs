namespace DpsPortal.Services.Instances;

/// <summary>The certificate of an enrollment group that ends first.</summary>
public sealed record GroupCertificate(string Instance, string Group, string Subject, DateTimeOffset NotAfter);
