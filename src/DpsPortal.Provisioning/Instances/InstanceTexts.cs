namespace DpsPortal.Provisioning.Instances;

/// <summary>What a search looks through.</summary>
/// <param name="Key">Name of the customer's key, if there is one.</param>
internal readonly record struct InstanceTexts(string Name, string IdScope, string Location, string ResourceGroup, string Key);
