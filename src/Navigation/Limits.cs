namespace RealtimeServer.Navigation;

/// <summary>Every bound of the room, and why it has the value it has.</summary>
public static class Limits
{
    /// <summary>Columns or rows of a grid: a packed position in the search has 16 bits for each, and designers' maps are far smaller.</summary>
    public const int GridSideMax = 4096;

    /// <summary>Cells of a grid. It keeps 4 bytes a cell and each size of agents 4 more, so the largest map costs 128 MB a match.</summary>
    public const int GridCellsMax = 4096 * 4096;

    /// <summary>Cells of a map that is read from files.</summary>
    public const int MapCellsMax = GridCellsMax;

    /// <summary>Bytes of what a map keeps of each cell (tile ids, the grid, flags, heights): with its files, all that reading it may take is below 256 MB.</summary>
    public const long MapMemoryMax = 192L << 20;

    /// <summary>Cells of a map that has heights, or is made of a mesh: each takes several times as much while it is made.</summary>
    public const int MapReliefCellsMax = 2048 * 2048;

    /// <summary>Changes of a grid that are remembered one by one; agents look every tick, so older ones matter to nobody.</summary>
    public const int GridChangesMax = 64;

    /// <summary>Radius of an agent in cells: its reach holds 800 cells then, all looked at when one of them changes.</summary>
    public const float AgentRadiusMax = 16f;

    /// <summary>Sizes of agents that one match searches paths for: each keeps what it knows of every cell, about 4 bytes.</summary>
    public const int AgentSizesMax = 16;

    /// <summary>How far, in cells, a start that lies in a wall is moved to an open cell. Farther away nothing sensible can be meant.</summary>
    public const int StartSnapCellsMax = 64;

    /// <summary>Bytes of one map or tileset file. A map of 4096 by 4096 cells in CSV is 34 MB a layer, compressed a few hundred kB.</summary>
    public const int MapFileBytesMax = 48 * 1024 * 1024;

    /// <summary>Files of one map, itself included.</summary>
    public const int MapFilesMax = 64;

    /// <summary>Bytes of all files of one map together.</summary>
    public const long MapBytesMax = 2L * MapFileBytesMax;

    /// <summary>Elements of a map's files that are kept while it is read, a few hundred bytes each.</summary>
    public const int MapElementsMax = 131_072;

    /// <summary>Attributes of those elements, about a hundred bytes each.</summary>
    public const int MapAttributesMax = 524_288;

    /// <summary>Characters of the path of a file that a map names.</summary>
    public const int MapPathCharsMax = 1024;

    /// <summary>Layers of any kind, groups included.</summary>
    public const int MapLayersMax = 256;

    /// <summary>Groups within groups, and elements within elements of any file.</summary>
    public const int MapDepthMax = 32;

    /// <summary>Cells of all tile layers together, as they are stored and as they are kept: 128 MB of tile ids.</summary>
    public const int MapLayerCellsMax = 2 * MapCellsMax;

    /// <summary>Tiles of all tilesets together.</summary>
    public const int MapTilesMax = 65_536;

    /// <summary>Objects of all object layers together.</summary>
    public const int MapObjectsMax = 65_536;

    /// <summary>Points of all polygons and polylines together.</summary>
    public const int MapPointsMax = 262_144;

    /// <summary>Corners of one collision shape.</summary>
    public const int SolidOutlineCornersMax = 128;

    /// <summary>Corners of all collision shapes that are not convex: cutting one takes up to the third power of its corners.</summary>
    public const int SolidCornersMax = 128 * SolidOutlineCornersMax;

    /// <summary>Convex parts of all collision shapes: each is a body in every match on the map.</summary>
    public const int SolidPartsMax = 16_384;

    /// <summary>World units that a part of a collision shape is wide: what is thinner holds nothing.</summary>
    public const float SolidWidthMin = 1f / 128;

    /// <summary>Properties of all elements together.</summary>
    public const int MapPropertiesMax = 262_144;

    /// <summary>Characters of a name, class or property.</summary>
    public const int MapTextCharsMax = 65_536;

    /// <summary>Pixels of a picture of the ground: one a cell.</summary>
    public const int MaskPixelsMax = MapCellsMax;

    /// <summary>Pixels of a picture of heights: one a cell, or one a corner between cells.</summary>
    public const int HeightPixelsMax = MapReliefCellsMax + (2 * GridSideMax) + 1;

    /// <summary>Distance of a mesh's vertices from its origin, each way.</summary>
    public const float MeshExtentMax = 1e6f;

    /// <summary>Vertices of a mesh, nodes that use the same ones counted each: 12 MB.</summary>
    public const int MeshVerticesMax = 1_000_000;

    /// <summary>Triangles of a mesh: 24 MB.</summary>
    public const int MeshTrianglesMax = 2_000_000;

    /// <summary>Coordinates and indices that a mesh's file hands out, those used twice counted twice.</summary>
    public const int MeshNumbersMax = (3 * MeshVerticesMax) + (3 * MeshTrianglesMax);

    /// <summary>Corners of one face of a mesh.</summary>
    public const int MeshFaceCornersMax = 256;

    /// <summary>Nodes of a mesh's scene.</summary>
    public const int MeshNodesMax = 65_536;

    /// <summary>Properties of one node of a mesh's scene.</summary>
    public const int MeshExtrasMax = 64;

    /// <summary>Solid pieces of all columns of a voxel field, 16 bytes each.</summary>
    public const int VoxelSpansMax = 6_000_000;

    /// <summary>Solid pieces of one column: floors above each other.</summary>
    public const int VoxelFloorsMax = 128;

    /// <summary>Columns that a mesh's triangles cover, each counted: a second or two.</summary>
    public const long VoxelColumnsMax = 1L << 26;

    /// <summary>Characters of a property's name, with those of the classes it is a member of.</summary>
    public const int MapPropertyNameCharsMax = 256;

    /// <summary>Names of flags that cells can have: a bit of a word each.</summary>
    public const int MapFlagsMax = 32;

    /// <summary>Characters of a flag's name.</summary>
    public const int MapFlagCharsMax = 64;

    /// <summary>Heights of the ground and of walls, in world units, up and down.</summary>
    public const float MapHeightMax = 10_000;

    /// <summary>Cells along a side of a tile.</summary>
    public const int MapCellsPerTileMax = 16;

    /// <summary>Regions of a map.</summary>
    public const int MapRegionsMax = 4096;

    /// <summary>Cells of the rectangles round all regions together, a byte each.</summary>
    public const int MapRegionCellsMax = MapCellsMax;

    /// <summary>Steps of drawing a map's ground: cells times layers, areas and their corners. Some seconds.</summary>
    public const long MapPaintStepsMax = 1L << 26;

    /// <summary>Flow fields that one match keeps: goals that crowds share are few.</summary>
    public const int FlowFieldsMax = 16;

    /// <summary>Cells of all flow fields of a match, 6 bytes each; on larger maps there are fewer fields.</summary>
    public const int FlowFieldCellsMax = 2 * GridCellsMax;

    /// <summary>Voxels along a side of the field that a navigation mesh is made from.</summary>
    public const int NavMeshSideMax = 4096;

    /// <summary>Voxels of its height.</summary>
    public const int NavMeshHeightMax = 65_536;

    /// <summary>Navigation meshes that a map keeps: for agents of a few sizes.</summary>
    public const int MapNavMeshesMax = 8;

    /// <summary>Obstacles on one live navigation mesh: buildings, doors, crates.</summary>
    public const int MeshObstaclesMax = 4096;

    /// <summary>How far along each axis, in world units, what stands on ground of a mesh that is gone is moved to the nearest that is left.</summary>
    public const float MeshSnapMax = 16;

    /// <summary>Agents that one agent avoids at a time: the nearest ones. Beyond about ten the rest stands behind those.</summary>
    public const int AvoidanceNeighboursMax = 10;

    /// <summary>How far, in cells, a place of a formation that lies in a wall is moved.</summary>
    public const int FormationSnapCellsMax = 16;

    /// <summary>How far, in world units, an agent looks for others, whatever their speeds: bounds the buckets a query visits.</summary>
    public const float AvoidanceRangeMax = 16f;

    /// <summary>Half planes from walls that one agent respects at a time: the cells round it, as far as it can move in its horizon.</summary>
    public const int AvoidanceWallsMax = 16;

    /// <summary>Obstacles that one agent respects at a time: the nearest ones.</summary>
    public const int AvoidanceObstaclesMax = 8;

    /// <summary>Half planes of one agent: one of each neighbour, wall and obstacle.</summary>
    public const int AvoidancePlanesMax = AvoidanceNeighboursMax + AvoidanceWallsMax + AvoidanceObstaclesMax;

    /// <summary>Corners of one obstacle: what has more is made of several.</summary>
    public const int ObstacleCornersMax = 8;

    /// <summary>How far, in world units, an obstacle reaches from its middle along each axis: as far as a grid is wide.</summary>
    public const float ObstacleExtentMax = GridSideMax;
}
